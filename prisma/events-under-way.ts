import type pg from 'pg';

/** Whether accepted events are being worked on. One that threw, and waits for staff, is not. */
export async function areEventsUnderWay(db: pg.Pool): Promise<boolean> {
  const { rows } = await db.query<{ is_so: boolean }>({
    name: 'events-under-way',
    text: 'select events_under_way() as is_so',
  });
  return rows[0]?.is_so ?? false;
}
