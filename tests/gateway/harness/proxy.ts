import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a store that a test can break. */
export interface Proxy {
  readonly url: string;
  /** New connections are refused, those there are reset. */
  refuse(): void;
  /** Connections stand, and nothing passes either way. */
  swallow(): void;
  /** What goes to the store passes; its answers do not. */
  swallowAnswers(): void;
  reset(): void;
  pass(): void;
  close(): Promise<void>;
}

type Mode = 'pass' | 'refuse' | 'swallow' | 'swallow-answers';

export async function openProxy(targetUrl: string): Promise<Proxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: Mode = 'pass';
  const server = createServer((near) => {
    if (mode === 'refuse') return near.resetAndDestroy();
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('data', (chunk) => {
      if (mode !== 'swallow') far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (mode === 'pass') near.write(chunk);
    });
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
  };
  return {
    url: url.href,
    refuse() {
      become('refuse');
      reset();
    },
    swallow: () => become('swallow'),
    swallowAnswers: () => become('swallow-answers'),
    reset,
    pass: () => become('pass'),
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
