import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which systems take ports for outgoing connections, which could take ours before we listen.
const lowest = 15_000;
const highest = 32_000;
const triesMax = 200;

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < triesMax; tried += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} on 127.0.0.1: stop what holds them`);
}

/** The wanted port, or another when it is taken; then says so. */
export async function choosePort(name: string, wanted: number, say: (line: string) => void): Promise<number> {
  if (await isFree(wanted)) return wanted;
  const port = await freePort();
  say(`port ${wanted} is taken: ${name} uses ${port} instead`);
  return port;
}

async function isFree(port: number) {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  const isOurs = await listening;
  if (isOurs) await new Promise((resolve) => server.close(resolve));
  return isOurs;
}
