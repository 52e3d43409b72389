import { setTimeout as sleep } from 'node:timers/promises';
import { watchEvents } from '#prisma/events-under-way';

const askEveryMs = 500;
/** A third of what a core of the database writes: 1,000,000 leads take some 15 s. */
const besideBytesPerMs = 12_000;
/** Shorter ones are not told apart by timers. */
const restMinMs = 5;

/**
 * Waits after each piece of a file as long as it must. A file of many rows takes a whole core of the database, and another of whoever packs it: while
 * events come in it is written slowly, so that they are answered as fast as ever.
 * @param areEventsUnderWay whether an accepted event is undecided now
 */
export function paceBesideEvents(areEventsUnderWay: () => Promise<boolean>): (bytes: number) => Promise<void> {
  let askedAt = -Infinity;
  const events = watchEvents(areEventsUnderWay);
  let dueAt = 0;
  return async (bytes) => {
    const at = performance.now();
    if (at - askedAt >= askEveryMs) {
      askedAt = at;
      await events.look();
    }
    if (!events.areComing()) return;
    dueAt = Math.max(dueAt, at) + bytes / besideBytesPerMs;
    if (dueAt - at >= restMinMs) await sleep(dueAt - at);
  };
}
