/**
 * Knows whether the store of keys answers. While it is away every failed verification is answered alike, whether the key
 * is in memory or not: else an outage would tell known key ids from unknown ones.
 */
export interface StoreWatch {
  answered(): void;
  failed(): void;
  /** From what was seen last, or by asking when that is too long ago. */
  isAway(): Promise<boolean>;
}

const freshMs = 1_000;

export function createStoreWatch(probe: () => Promise<unknown>): StoreWatch {
  let seenAt = Number.NEGATIVE_INFINITY;
  let wasAway = false;
  let probing: Promise<boolean> | undefined;
  const see = (isAway: boolean) => {
    seenAt = performance.now();
    wasAway = isAway;
    return isAway;
  };
  return {
    answered: () => void see(false),
    failed: () => void see(true),
    isAway() {
      if (performance.now() - seenAt < freshMs) return Promise.resolve(wasAway);
      probing ??= probe()
        .then(
          () => see(false),
          () => see(true),
        )
        .finally(() => {
          probing = undefined;
        });
      return probing;
    },
  };
}
