import type { BodyMemory } from '../request/read-body.ts';

const bytesMax = 64 * 1024 * 1024;

export function createBodyMemory(max = bytesMax): BodyMemory {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > max) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
    held: () => held,
  };
}
