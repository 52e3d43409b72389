import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { builtArgs } from '../../support/built.ts';

/** In front of the sandbox: holds a charge or refund before it gets there, or its answer before it gets back, until the caller is dead or it is released. */
export interface Gate {
  readonly url: string;
  hold: 'request' | 'answer' | 'nothing';
  /** Settles once so many are held in all. */
  held: (count?: number) => Promise<void>;
  /** What is held goes on. */
  release(): void;
  close(): Promise<void>;
}

/** Starts `killed-main.ts`: a dunning tick or an order of staff. */
export async function startWork(
  databaseUrl: string,
  providerUrl: string,
  ...what: readonly string[]
): Promise<ChildProcess> {
  const main = await builtArgs('tests/activities/collection/killed-main.ts');
  return spawn(process.execPath, [...main, databaseUrl, providerUrl, ...what], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export async function openGate(target: string): Promise<Gate> {
  const told = new EventEmitter();
  let heldCount = 0;
  const pass = async () => {
    heldCount += 1;
    told.emit('held');
    await once(told, 'released');
  };
  const gateState: Pick<Gate, 'hold'> = { hold: 'nothing' };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const isOrder = request.method === 'POST';
      if (isOrder && gateState.hold === 'request') await pass();
      const answer = await fetch(new URL(request.url ?? '/', target), {
        method: request.method ?? 'GET',
        ...(isOrder && { body: Buffer.concat(chunks), headers: { 'content-type': 'application/json' } }),
      });
      if (isOrder && gateState.hold === 'answer') await pass();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return Object.assign(gateState, {
    url: `http://127.0.0.1:${port}`,
    async held(count = 1) {
      while (heldCount < count) await once(told, 'held');
    },
    release() {
      gateState.hold = 'nothing';
      told.emit('released');
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
