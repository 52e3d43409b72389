import type { BodyMemory } from '../request/read-body.ts';
import { largestOf } from './largest.ts';

const bytesMax = 64 * 1024 * 1024;
const addressShare = 4;

interface Body {
  bytes: number;
  readonly giveWay: () => void;
}

interface Sender {
  bytes: number;
  /** Oldest first. */
  readonly bodies: Set<Body>;
}

/**
 * Who begins many bodies and ends none leaves room for others: past its share nothing more of it is taken, and where all of it is taken,
 * whoever has most on its way gives way to those who have less.
 * @param addressMax of bodies on their way from one address
 */
export function createBodyMemory(max = bytesMax, addressMax = max / addressShare): BodyMemory {
  let held = 0;
  const senders = new Map<string, Sender>();
  const makeRoom = (bytes: number, ofAddress: number) => {
    while (held + bytes > max) {
      const most = largestOf(senders.values(), (sender) => sender.bytes);
      if (!most || most.bytes <= ofAddress) return false;
      firstOf(most)?.giveWay();
    }
    return true;
  };
  return {
    begin(address, giveWay) {
      const body: Body = { bytes: 0, giveWay };
      const sender = senders.get(address) ?? { bytes: 0, bodies: new Set() };
      senders.set(address, sender);
      sender.bodies.add(body);
      return {
        take(bytes) {
          const ofAddress = sender.bytes + bytes;
          if (ofAddress > addressMax || !makeRoom(bytes, ofAddress)) return false;
          held += bytes;
          body.bytes += bytes;
          sender.bytes += bytes;
          return true;
        },
        ended() {
          sender.bytes -= body.bytes;
          sender.bodies.delete(body);
          if (sender.bodies.size === 0) senders.delete(address);
        },
      };
    },
    give(bytes) {
      held -= bytes;
    },
    held: () => held,
  };
}

function firstOf({ bodies }: Sender): Body | undefined {
  for (const body of bodies) if (body.bytes > 0) return body;
  return undefined;
}
