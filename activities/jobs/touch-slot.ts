import type pg from 'pg';
import type { HeldSlot } from './job-activities.ts';

/** A sign of life for all slots that the run holds. False when it holds this one no longer. */
export async function touchSlot(db: pg.Pool, { job, slot, holder }: HeldSlot): Promise<boolean> {
  const { rows } = await db.query<{ slot: string }>({
    name: 'touch-slot',
    text: `update job_slot set touched_at = clock_timestamp() where job = $1 and holder = $2 and status = 'running' returning slot`,
    values: [job, holder],
  });
  return rows.some((row) => row.slot === slot);
}
