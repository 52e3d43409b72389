import type pg from 'pg';
import { jobCalendars, planSlots, type JobCalendar, type KnownSlot, type NotRun } from '#domain/jobs';
import { inTenants } from '#prisma/pool';
import type { HeldSlot } from './job-activities.ts';
import { recordJobEvents, provider } from './record-job-events.ts';

/** A run that has shown no sign of life for so long has lost its slots. */
const holdMinutes = 5;
/** Rows that are read to find slots that nobody ran: those before them were found by runs before this one. */
const rowsReadMax = 1_000;

export type OpenedRun = { readonly verdict: 'run'; readonly slots: readonly string[] } | NotRun;

/**
 * Takes the asked slot and those before it that nobody finished; the run then holds them all.
 * Key: (job, slot, holder). Called again by the same run it gives it the same slots; two runs at once are one after the other here.
 */
export function openSlot(db: pg.Pool, wanted: HeldSlot): Promise<OpenedRun> {
  const { job, slot, isForced } = wanted;
  return inTenants(db, [provider], async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended('job/' || $1, 0))", [job]);
    const plan = planSlots(job, slot, isForced, await readKnown(client, wanted));
    if (plan.verdict !== 'run') return plan;
    await cover(client, wanted, plan.cover);
    await take(client, wanted, plan.run);
    return { verdict: 'run', slots: plan.run };
  });
}

async function readKnown(client: pg.ClientBase, { job, slot, holder }: HeldSlot): Promise<KnownSlot[]> {
  const { rows } = await client.query<KnownSlot>({
    text: `select s.slot, s.status,
        s.status = 'running' and s.holder <> $3 and s.touched_at > clock_timestamp() - make_interval(mins => $4) as "isHeld",
        r.finished_at is not null as "isMine"
      from job_slot s left join job_run r on r.job = s.job and r.slot = s.slot and r.holder = $3
      where s.job = $1 and s.slot <= $2 order by s.slot desc limit $5`,
    values: [job, slot, holder, holdMinutes, rowsReadMax],
  });
  return rows;
}

async function cover(client: pg.ClientBase, { job, slot }: HeldSlot, covered: readonly string[]) {
  if (covered.length === 0) return;
  await client.query({
    text: `insert into job_slot as s (job, slot, status, touched_at, started_at, finished_at, counts)
      select $1, t.slot, 'covered', clock_timestamp(), clock_timestamp(), clock_timestamp(), null from unnest($2::text[]) as t(slot)
      on conflict (job, slot) do update set status = excluded.status, touched_at = excluded.touched_at, finished_at = excluded.finished_at`,
    values: [job, covered],
  });
  const { isQuiet }: JobCalendar = jobCalendars[job];
  if (isQuiet) return;
  const [oldest] = covered;
  await recordJobEvents(client, { job, slot }, [
    { action: 'job.covered', detail: { slots: covered.length, from: oldest, through: covered.at(-1) } },
  ]);
}

async function take(client: pg.ClientBase, { job, holder, isForced }: HeldSlot, slots: readonly string[]) {
  await client.query({
    text: `insert into job_slot as s (job, slot, status, holder, touched_at, started_at)
      select $1, t.slot, 'running', $3, clock_timestamp(), clock_timestamp() from unnest($2::text[]) as t(slot)
      on conflict (job, slot) do update set status = 'running', holder = $3, touched_at = excluded.touched_at, finished_at = null, counts = null,
        started_at = case when s.status = 'running' and s.holder = $3 then s.started_at else excluded.started_at end`,
    values: [job, slots, holder],
  });
  const { rows } = await client.query<{ slot: string }>({
    text: `insert into job_run (job, slot, holder, started_at) select $1, t.slot, $3, clock_timestamp() from unnest($2::text[]) as t(slot)
      on conflict do nothing returning slot`,
    values: [job, slots, holder],
  });
  const { isQuiet }: JobCalendar = jobCalendars[job];
  if (isQuiet && !isForced) return;
  for (const { slot } of rows.toSorted((a, b) => (a.slot < b.slot ? -1 : 1))) {
    await recordJobEvents(client, { job, slot }, [{ action: 'job.started', detail: { run: holder, isForced } }]);
  }
}
