import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Dice } from './random.ts';

/** A stretch of network between a process and a service. */
export interface Proxy {
  readonly port: number;
  /** From now on so many of the service's replies are lost with their connection: what was asked was done, and nobody is told. */
  loseReplies(share: number): void;
  heal(): void;
  /** How many replies were lost so far. */
  lost(): number;
  close(): Promise<void>;
}

export async function openProxy(target: { readonly host: string; readonly port: number }, dice: Dice): Promise<Proxy> {
  let share = 0;
  let lost = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The other side is closed as well; what broke is told by whoever used the connection.
    socket.on('error', () => undefined);
  };
  const server = createServer((near) => {
    const far = connect(target);
    [near, far].forEach(keep);
    near.pipe(far);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    far.on('data', (chunk) => {
      if (share > 0 && dice.chance(share)) {
        lost++;
        near.resetAndDestroy();
        return;
      }
      if (!near.write(chunk)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    });
  });
  return {
    port: await listen(server),
    loseReplies: (wanted) => {
      share = wanted;
    },
    heal: () => {
      share = 0;
    },
    lost: () => lost,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}
