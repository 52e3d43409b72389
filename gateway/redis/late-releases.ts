import type { Redis } from 'ioredis';
import type { Hold } from './admissions.ts';

const heldMax = 10_000;

/**
 * Holds that may exist although their attempt was answered 503: the script may have run after the gateway gave up.
 * They are given back when Redis answers again; what does not fit ends with its lease.
 */
export function createLateReleases(redis: Redis, release: (hold: Hold) => Promise<unknown>) {
  const held = new Map<string, Hold>();
  const flush = () => {
    const holds = [...held.values()];
    held.clear();
    for (const hold of holds) release(hold).catch(() => undefined);
  };
  redis.on('ready', flush);
  return {
    add(hold: Hold): void {
      if (held.size < heldMax) held.set(`${hold.recordKey} ${hold.token}`, hold);
    },
    flush,
  };
}
