import type { BodyMemory } from '../request/read-body.ts';

const bytesMax = 64 * 1024 * 1024;
const addressShare = 4;

/** @param addressMax of bodies on their way from one address: who begins many and ends none leaves room for others */
export function createBodyMemory(max = bytesMax, addressMax = max / addressShare): BodyMemory {
  let held = 0;
  const arriving = new Map<string, number>();
  return {
    take(bytes, address) {
      const ofAddress = (arriving.get(address) ?? 0) + bytes;
      if (held + bytes > max || ofAddress > addressMax) return false;
      held += bytes;
      arriving.set(address, ofAddress);
      return true;
    },
    ended(bytes, address) {
      const left = (arriving.get(address) ?? 0) - bytes;
      if (left > 0) arriving.set(address, left);
      else arriving.delete(address);
    },
    give(bytes) {
      held -= bytes;
    },
    held: () => held,
  };
}
