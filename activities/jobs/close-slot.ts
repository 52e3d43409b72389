import type pg from 'pg';
import { jobCalendars, type JobCalendar } from '#domain/jobs';
import { inTenants } from '#prisma/pool';
import type { HeldSlot, SlotResult } from './job-activities.ts';
import type { Counts } from './job-phase.ts';
import { provider, recordJobEvents } from './record-job-events.ts';

/**
 * Says how the slot ended: `partial` where something failed for some org, `failed` where the run broke off.
 * Key: (job, slot, holder). Called again it tells what was stored; a run that has lost its slot changes nothing.
 */
export function closeSlot(db: pg.Pool, held: HeldSlot, counts: Counts, isBroken: boolean): Promise<SlotResult> {
  const { job, slot, holder } = held;
  const status = isBroken ? 'failed' : (counts['failed'] ?? 0) > 0 ? 'partial' : 'done';
  return inTenants(db, [provider], async (client) => {
    const closed = await client.query({
      text: `update job_slot set status = $4, counts = $5, touched_at = clock_timestamp(), finished_at = clock_timestamp()
        where job = $1 and slot = $2 and holder = $3 and status = 'running'`,
      values: [job, slot, holder, status, JSON.stringify(counts)],
    });
    if (closed.rowCount === 0) return readClosed(client, held);
    await client.query({
      text: `update job_run set outcome = $4, counts = $5, finished_at = clock_timestamp()
        where job = $1 and slot = $2 and holder = $3 and finished_at is null`,
      values: [job, slot, holder, status, JSON.stringify(counts)],
    });
    const { isQuiet }: JobCalendar = jobCalendars[job];
    if (isQuiet && status === 'done' && !Object.values(counts).some((n) => n > 0))
      return { slot, outcome: status, counts };
    await recordJobEvents(client, held, [
      {
        action: 'job.finished',
        outcome: status === 'failed' ? 'failed' : 'ok',
        detail: { run: holder, outcome: status, counts },
      },
    ]);
    return { slot, outcome: status, counts };
  });
}

async function readClosed(client: pg.ClientBase, { job, slot, holder }: HeldSlot): Promise<SlotResult> {
  const { rows } = await client.query<{ outcome: SlotResult['outcome']; counts: Counts }>({
    text: 'select outcome, counts from job_run where job = $1 and slot = $2 and holder = $3 and finished_at is not null',
    values: [job, slot, holder],
  });
  const [stored] = rows;
  return stored ? { slot, ...stored } : { slot, outcome: 'skipped', counts: {} };
}
