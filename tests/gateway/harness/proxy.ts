import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a store that a test can break. */
export interface Proxy {
  readonly url: string;
  /** New connections are refused, those there are reset. */
  refuse(): void;
  /** As refuse, for those who introduce themselves to Postgres by that name; all others pass. */
  refuseNamed(applicationName: string): void;
  /** Connections stand and nothing passes either way until it may again: a store that is stopped, a network that swallows. */
  hold(): void;
  /** What goes to the store passes; its answers wait. */
  holdAnswers(): void;
  /** Answers come so much later. */
  slow(ms: number): void;
  reset(): void;
  connections(): number;
  pass(): void;
  /** New connections lead there; those there stay. */
  lead(targetUrl: string): void;
  close(): Promise<void>;
}

type Mode = 'pass' | 'refuse' | 'hold' | 'hold-answers';

export async function openProxy(targetUrl: string): Promise<Proxy> {
  let target = new URL(targetUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: Mode = 'pass';
  let refused: string | undefined;
  let slowMs = 0;
  const names = new WeakMap<Socket, string>();
  const apply = ([near, far]: readonly [Socket, Socket]) => {
    near[mode === 'hold' ? 'pause' : 'resume']();
    far[mode === 'hold' || mode === 'hold-answers' ? 'pause' : 'resume']();
  };
  const server = createServer((near) => {
    if (mode === 'refuse') return near.resetAndDestroy();
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('data', (chunk) => {
      // The first packet of a client of Postgres says who it is.
      const name = names.get(near) ?? nameIn(chunk);
      names.set(near, name);
      if (name === refused) near.resetAndDestroy();
      else far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (slowMs === 0) near.write(chunk);
      else setTimeout(() => near.writable && near.write(chunk), slowMs);
    });
    apply(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
  const url = new URL(targetUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const reset = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  const become = (next: Mode) => {
    mode = next;
    refused = undefined;
    slowMs = 0;
    for (const pair of pairs) apply(pair);
  };
  return {
    url: url.href,
    refuse() {
      become('refuse');
      reset();
    },
    refuseNamed(applicationName) {
      become('pass');
      refused = applicationName;
      for (const [near, far] of pairs) {
        if (names.get(near) !== applicationName) continue;
        near.resetAndDestroy();
        far.destroy();
      }
    },
    slow(ms) {
      become('pass');
      slowMs = ms;
    },
    hold: () => become('hold'),
    holdAnswers: () => become('hold-answers'),
    reset,
    connections: () => pairs.size,
    pass: () => become('pass'),
    lead(url) {
      target = new URL(url);
    },
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}

function nameIn(packet: Buffer): string {
  return /application_name\0([^\0]*)\0/.exec(packet.toString('latin1'))?.[1] ?? '';
}
