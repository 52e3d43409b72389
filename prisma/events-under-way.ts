import type pg from 'pg';

/** Whether accepted events are being worked on. One that threw, and waits for staff, is not. */
export async function areEventsUnderWay(db: pg.Pool): Promise<boolean> {
  const { rows } = await db.query<{ is_so: boolean }>({
    name: 'events-under-way',
    text: 'select events_under_way() as is_so',
  });
  return rows[0]?.is_so ?? false;
}

/** At a slow pace nothing may be under way between two events. */
const heldMs = 2_000;

/** What gives way to events looks now and then whether they come in: so they do for a while after any was under way. */
export interface EventsWatch {
  look(): Promise<void>;
  areComing(): boolean;
}

/** @param areUnderWay whether accepted events are being worked on now */
export function watchEvents(areUnderWay: () => Promise<boolean>): EventsWatch {
  let until = -Infinity;
  return {
    async look() {
      if (await areUnderWay()) until = performance.now() + heldMs;
    },
    areComing: () => performance.now() < until,
  };
}
