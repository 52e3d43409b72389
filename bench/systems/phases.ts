import { performance } from 'node:perf_hooks';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';

/** All that a phase has to do as of a slot, as the coordinator of a job does it: sets in order, so many at once. */
export async function runPhase(phase: JobPhase, slot: SlotAt, setsAtOnce: number): Promise<void> {
  const due = await phase.due(slot, undefined);
  const sets = Array.from({ length: Math.ceil(due.length / phase.setSize) }, (_, n) =>
    due.slice(n * phase.setSize, (n + 1) * phase.setSize),
  );
  await allAtOnce(sets, setsAtOnce, (set) => phase.apply(set, slot));
}

/** So many at once, each begun when one before it is done. */
export async function allAtOnce<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>) {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < items.length; n = next++) {
        const item = items[n];
        if (item !== undefined) await work(item);
      }
    }),
  );
}

export async function timedMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
