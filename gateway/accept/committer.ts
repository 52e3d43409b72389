import type pg from 'pg';
import { createBreaker } from '../limits/breaker.ts';
import { commitBatch, type CommitEvents } from './commit-batch.ts';
import { createCommitQueue, type CommitResult } from './commit-queue.ts';
import type { EventRow } from './insert-events.ts';

export interface Committer {
  /** @param deadlineMs on the monotonic clock: until then an unknown outcome is asked again */
  commit(row: EventRow, deadlineMs: number): Promise<CommitResult>;
  waiting(): number;
  /** Resolves when nothing waits and nothing is under way. */
  drained(): Promise<void>;
  close(): void;
}

export interface CommitterEvents extends CommitEvents {
  onBreaker(isOpen: boolean): void;
}

const inFlightMax = 2;
const failuresMax = 3;
const probeEveryMs = 500;

/**
 * Group commit: rows that are ready together share one statement. An idle committer sends at the end of the event loop's
 * turn; while batches are under way the next one collects.
 */
export function createCommitter(db: pg.Pool, events: CommitterEvents): Committer {
  const queue = createCommitQueue();
  let inFlight = 0;
  const whenIdle: (() => void)[] = [];
  const isIdle = () => inFlight === 0 && queue.length() === 0;
  const breaker = createBreaker({
    failuresMax,
    probeEveryMs,
    probe: () => db.query('select 1'),
    onChange: (isOpen) => {
      events.onBreaker(isOpen);
      if (isOpen) queue.withdrawAll();
    },
  });
  let isPumping = false;
  const pump = () => {
    isPumping = false;
    while (inFlight < inFlightMax && queue.length() > 0) {
      inFlight++;
      void commitBatch(db, queue.nextBatch(), breaker, events).finally(() => {
        inFlight--;
        pump();
        if (isIdle()) for (const resolve of whenIdle.splice(0)) resolve();
      });
    }
  };
  return {
    commit(row, deadlineMs) {
      if (breaker.isOpen()) return Promise.resolve('unsent');
      return new Promise((done) => {
        if (!queue.add({ row, deadlineMs, since: performance.now(), done })) return done('unsent');
        // Requests come out of one reply of Redis together: the turn's end, and they share a statement.
        if (inFlight < inFlightMax && !isPumping) {
          isPumping = true;
          setImmediate(pump);
        }
      });
    },
    waiting: () => queue.length(),
    drained: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    close() {
      breaker.close();
      queue.close();
    },
  };
}
