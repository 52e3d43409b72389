/** Ends waits that take too long. One ticking clock for all of them: a timer per request would cost more than the wait. */
export interface Deadlines {
  /** @throws DeadlinePassed within one tick of the deadline; what comes of `waited` later is nobody's */
  within<T>(waited: Promise<T>): Promise<T>;
  close(): void;
}

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

interface Wait {
  readonly until: number;
  readonly expire: () => void;
}

const tickMs = 25;

/** @param ms the same for every wait, so that they end in the order in which they began */
export function createDeadlines(ms: number): Deadlines {
  let waits: Wait[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    const due = waits.findIndex(({ until }) => until > now);
    const over = due === -1 ? waits : waits.slice(0, due);
    if (over.length === 0) return;
    waits = due === -1 ? [] : waits.slice(due);
    for (const { expire } of over) expire();
  }, tickMs);
  timer.unref();
  return {
    within: (waited) =>
      new Promise((resolve, reject) => {
        waited.then(resolve, reject);
        waits.push({ until: performance.now() + ms, expire: () => reject(new DeadlinePassed('took too long')) });
      }),
    close: () => clearInterval(timer),
  };
}
