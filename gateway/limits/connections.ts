import type { Socket } from 'node:net';
import { largestOf } from './largest.ts';

/** The connections of a server: how many there may be, and whose. */
export interface Connections {
  /** Takes it in. False: it has no place. */
  open(socket: Socket): boolean;
  all(): Iterable<Socket>;
}

export interface ConnectionLimits {
  readonly max: number;
  /** Undefined: a proxy of ours, which may have as many as it needs. */
  readonly addressOf: (socket: Socket) => string | undefined;
  /** Whether a request that has come whole waits for its answer. */
  readonly isAtWork: (socket: Socket) => boolean;
}

/** When all places are taken, whoever has most of them loses the oldest that is not at work to one who has fewer. */
export function createConnections({ max, addressOf, isAtWork }: ConnectionLimits): Connections {
  const addresses = new Map<Socket, string | undefined>();
  /** Oldest first. */
  const ofAddress = new Map<string, Set<Socket>>();
  const ofSame = (address: string | undefined) => (address === undefined ? undefined : ofAddress.get(address));
  const forget = (socket: Socket) => {
    const address = addresses.get(socket);
    const same = ofSame(address);
    addresses.delete(socket);
    if (same?.delete(socket) && same.size === 0 && address !== undefined) ofAddress.delete(address);
  };
  const makeRoom = (newcomers: number) => {
    const most = largestOf(ofAddress.values(), ({ size }) => size);
    // Even without one of them it must have no fewer than the newcomer's address will have.
    if (!most || most.size <= newcomers) return false;
    for (const socket of most) {
      if (isAtWork(socket)) continue;
      forget(socket);
      socket.destroy();
      return true;
    }
    return false;
  };
  return {
    open(socket) {
      const address = addressOf(socket);
      const same = ofSame(address);
      if (addresses.size >= max && !makeRoom((same?.size ?? 0) + 1)) return false;
      addresses.set(socket, address);
      if (address !== undefined) ofAddress.set(address, (same ?? new Set()).add(socket));
      socket.once('close', () => forget(socket));
      return true;
    },
    all: () => addresses.keys(),
  };
}
