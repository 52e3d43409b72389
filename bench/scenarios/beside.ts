import type pg from 'pg';
import { dayMs } from '#domain/instants';
import { openAdmin } from '#tests/support/admin';
import { openClient } from '#temporal/client';
import { readBillingEnv } from '#temporal/env';
import { startJob } from '#temporal/job-commands';
import { formatSpread, spreadOf } from '../figures.ts';
import { timedMs } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';
import { startSystem } from '../systems/system.ts';
import { ratePerS, reportAnswers, sendAtPace, type Answers } from './paced.ts';
import { seedUsage } from './rating.ts';

export interface BesideFigures extends Answers {
  readonly orgs: number;
  /** Of each night. */
  readonly ratingMs: readonly number[];
}

/** Less than a rating takes, which leaves room to events. */
const seconds = 10;
const firstNight = Date.UTC(2026, 2, 20);

/** Answers to events at a pace, in turn without and while the job of the nightly rating runs in the worker, for so many nights. */
export async function besideRating(services: BenchServices, orgs: number, nights: number): Promise<BesideFigures> {
  const db = openAdmin(services.databaseUrl, 2);
  await seedUsage(db, orgs, 0);
  // As on any server that has been up for minutes: its files of the WAL are there already.
  await db.query('checkpoint');
  const running = await startSystem('tributary', services);
  const env = readBillingEnv({ TEMPORAL_ADDRESS: services.temporalAddress });
  const { client, close } = openClient(env);
  const ratingMs: number[] = [];
  const aloneMs: number[] = [];
  const besideMs: number[] = [];
  try {
    const send = (name: string) => sendAtPace({ services, db, port: running.port, name, seconds });
    await send('warm');
    for (let night = 0; night < nights; night++) {
      aloneMs.push(...(await send(`alone${night}`)));
      if (night > 0) await tellUsage(db, night);
      const rating = timedMs(async () => {
        const slot = new Date(firstNight + night * dayMs).toISOString().slice(0, 10);
        const { handle } = await startJob({ client, taskQueue: env.taskQueue }, 'nightly-rating', slot, false);
        await handle.result();
      });
      besideMs.push(...(await send(`beside${night}`)));
      ratingMs.push(await rating);
    }
    return { orgs, ratingMs, aloneMs, besideMs };
  } finally {
    await close();
    await running.stop();
    await db.end();
  }
}

/** A row more of each org: all of them are counted and rated again. */
async function tellUsage(db: pg.Pool, night: number): Promise<void> {
  await db.query(
    `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
    select id, 'evt_night_' || $1 || '_' || id, 0, 'calls', 1, w, w + interval '1 h', w + interval '1 h', w + interval '1 h'
    from org, (select timestamptz '2026-03-20' + $1 * interval '1 h') t (w) where id like 'o%'`,
    [night],
  );
}

export function reportBeside({ orgs, ratingMs, ...answers }: BesideFigures): string {
  return `## Accepting while the nightly rating runs: ${ratePerS} events/s, ${orgs} orgs rated in each of ${ratingMs.length} nights

Without and with it in turn, ${answers.aloneMs.length.toLocaleString('en-US')} answers each. A rating took ${formatSpread(spreadOf(ratingMs.map((ms) => ms / 1_000)), 1)} s, through Temporal and in
the worker process.

${reportAnswers('while it runs', answers)}`;
}
