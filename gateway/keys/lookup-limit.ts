import { setTimeout as sleep } from 'node:timers/promises';

const burst = 20;

/** Lets so many through a second; more wait their turn, up to a bound past which they are turned away. */
export function createLookupLimit(perS: number, waitMsMax: number): { enter(): Promise<boolean> } {
  const intervalMs = 1_000 / perS;
  const aheadMs = burst * intervalMs;
  let nextAt = 0;
  return {
    async enter() {
      const now = performance.now();
      const turnAt = Math.max(nextAt, now - aheadMs);
      if (turnAt - now > waitMsMax) return false;
      nextAt = turnAt + intervalMs;
      if (turnAt > now) await sleep(turnAt - now);
      return true;
    },
  };
}
