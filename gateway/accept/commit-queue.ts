import type { EventRow } from './insert-events.ts';

/**
 * What became of a row. `inserted`: it is mine. `repeated`, `reused`: its id was there, from the same or another request.
 * `unsent`: certainly not committed. `unknown`: perhaps. `failed`: the database refuses this very row.
 */
export type CommitResult = 'inserted' | 'repeated' | 'reused' | 'unsent' | 'unknown' | 'failed';

/** A row on its way, and the one who waits for it. `done` counts only the first time. */
export interface Waiting {
  readonly row: EventRow;
  /** On the monotonic clock: until then an unknown outcome is asked again. */
  readonly deadlineMs: number;
  readonly since: number;
  readonly done: (result: CommitResult) => void;
}

export interface CommitQueue {
  /** False when the queue is full. */
  add(waiting: Waiting): boolean;
  nextBatch(): Waiting[];
  length(): number;
  withdrawAll(): void;
  close(): void;
}

const batchRowsMax = 128;
const batchBytesMax = 1024 * 1024;
const waitingRowsMax = 4_096;
const waitingBytesMax = 16 * 1024 * 1024;
const withdrawAfterMs = 1_000;

/** Rows that wait to be sent, in order of arrival. What waits too long is withdrawn: it was certainly not committed. */
export function createCommitQueue(): CommitQueue {
  const queue: Waiting[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const take = () => {
    const first = queue.shift();
    bytes -= first?.row.body.length ?? 0;
    return first;
  };
  const withdrawSince = (before: number) => {
    while (queue[0] && queue[0].since <= before) take()?.done('unsent');
  };
  // One timer for all that wait; none while nothing does.
  const watch = () => {
    if (timer || !queue[0]) return;
    const dueInMs = queue[0].since + withdrawAfterMs - performance.now();
    timer = setTimeout(
      () => {
        timer = undefined;
        withdrawSince(performance.now() - withdrawAfterMs);
        watch();
      },
      Math.max(1, dueInMs),
    );
  };
  return {
    add(waiting) {
      const size = waiting.row.body.length;
      if (queue.length >= waitingRowsMax || bytes + size > waitingBytesMax) return false;
      queue.push(waiting);
      bytes += size;
      watch();
      return true;
    },
    nextBatch() {
      const batch: Waiting[] = [];
      let batchBytes = 0;
      while (queue[0] && batch.length < batchRowsMax) {
        batchBytes += queue[0].row.body.length;
        if (batch.length > 0 && batchBytes > batchBytesMax) break;
        const first = take();
        if (first) batch.push(first);
      }
      return batch;
    },
    length: () => queue.length,
    withdrawAll: () => withdrawSince(Number.POSITIVE_INFINITY),
    close: () => clearTimeout(timer),
  };
}
