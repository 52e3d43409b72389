import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { watchEvents } from '#prisma/events-under-way';
import type { JobPhase } from './job-phase.ts';

/** Does the next set of a phase when it is its turn. It is told how many ids it may have. */
export type TakeTurn = (phase: JobPhase, set: (size: number) => Promise<void>) => Promise<void>;

/** On two cores a set of 25 is done in some 15 ms: the events that came meanwhile are answered in the rest. */
const besideEvents = { setsAtOnce: Math.max(1, availableParallelism() - 1), setSize: 25, restPerWork: 2 } as const;

/**
 * Jobs have the whole machine while no events come in. While some do, their sets leave a core to them, are short, and are followed by a rest: full
 * cores for a second are a queue of events that wait, and a night's job has the time.
 * @param areEventsUnderWay whether accepted events are being worked on now
 */
export function turnsBesideEvents(areEventsUnderWay: () => Promise<boolean>): TakeTurn {
  const inTurn = pLimit(Infinity);
  const events = watchEvents(areEventsUnderWay);
  return async (phase, set) => {
    if (phase.waitsForOthers) return set(phase.setSize);
    await events.look();
    inTurn.concurrency = events.areComing() ? besideEvents.setsAtOnce : Infinity;
    return inTurn(async () => {
      const startedAt = performance.now();
      if (!events.areComing()) return set(phase.setSize);
      await set(Math.min(phase.setSize, besideEvents.setSize));
      await sleep((performance.now() - startedAt) * besideEvents.restPerWork);
    });
  };
}
