import type pg from 'pg';
import { dayMs } from '#domain/instants';
import { dateOfDay, type LocalDate } from '#domain/local-dates';
import { utcDayOf } from '#domain/billing/periods';
import { providerChain } from '#domain/ids';
import { slotOf } from '#domain/jobs';
import { parseKeyring } from '#prisma/keyring';
import { createPool, inTenants } from '#prisma/pool';
import { historyUntil, type StoryDay } from './calendar.ts';
import { applyDemoCatalogue } from './demo-catalogue.ts';
import type { Moment } from './moments.ts';
import { openNights, type Nights } from './nights.ts';
import { demoOrgs } from './orgs.ts';
import { openPastGateway } from './past-gateway.ts';
import { orderStaffActs } from './staff-acts.ts';
import { storyOf } from './stories.ts';
import { openPastWorker } from './past-worker.ts';
import { billingEnvOf, type DemoSystem } from './system.ts';
import { openTelling, type Telling } from './telling.ts';

/** Nights of a history: the month before is rated and closed on the second, and what failed is tried again on the days of the usual policy. */
const closingDay = 2;
const dunningDays: readonly number[] = [2, 3, 5, 7, 9, 16, 23];

export interface SeedOptions {
  readonly say: (line: string) => void;
  /** Ends it between two days. */
  readonly signal: AbortSignal;
}

/**
 * Tells thirteen months of twelve orgs up to a day, and runs the jobs that would have run. Done again it does nothing; stopped half-way it goes
 * on: each request has its key, each job its slot.
 */
export async function seedHistory(system: DemoSystem, until: LocalDate, options: SeedOptions): Promise<void> {
  const { say } = options;
  const db = createPool({ url: system.databaseUrl, role: 'migrator', max: 4, applicationName: 'demo' });
  try {
    if (await isTold(db)) return say('the demo is there already');
    const start = await startOf(db, until);
    await tellInThePast(system, db, start, options);
    await markTold(db, 'demo.told', { until: start });
  } finally {
    await db.end();
  }
}

async function tellInThePast(system: DemoSystem, db: pg.Pool, until: LocalDate, options: SeedOptions) {
  const env = billingEnvOf(system);
  const past = await openPastWorker(system, env);
  const nights = openNights(env, { isForced: false, say: options.say, past });
  try {
    await tellHistory(system, db, nights, { ...options, until });
  } finally {
    await nights.close();
    await past.close();
  }
}

interface HistoryOptions extends SeedOptions {
  readonly until: LocalDate;
}

async function tellHistory(system: DemoSystem, db: pg.Pool, nights: Nights, { until, say, signal }: HistoryOptions) {
  const calendar = historyUntil(until);
  const ring = parseKeyring(system.keyEncryptionKeys);
  const moments = storyOf(demoOrgs, calendar, { usageEveryDays: 7, prefix: '' });
  let now = calendar.days[0]?.start ?? 0;
  await applyDemoCatalogue(db, demoOrgs, calendar, Date.now());
  const resume = await nights.pauseSchedules();
  const gateway = await openPastGateway(system, ring, () => now);
  const telling = await openTelling(
    db,
    ring,
    gateway.url,
    demoOrgs.map(({ id }) => id),
  );
  const tellDays = async () => {
    for (const day of calendar.days) {
      signal.throwIfAborted();
      if (day.dayOfMonth === 1) say(`telling ${day.date.slice(0, 7)}`);
      await nightOfHistory(nights, telling, day);
      await telling.tell(ofDay(moments, day), (at) => (now = Math.max(now, at)));
    }
    const last = moments.findLast(({ at }) => at <= now);
    if (last) await telling.missign(last);
    await telling.settled();
  };
  try {
    await tellDays().finally(() => telling.close());
    await nights.catchUp();
    for (const job of ['metrics', 'invariants'] as const) await nights.run(job, slotOf(job, Date.now()));
    await orderStaffActs(system, say);
    say('all is told');
  } finally {
    await gateway.close();
    await resume();
  }
}

function ofDay(moments: readonly Moment[], { start }: StoryDay): Moment[] {
  return moments.filter(({ at }) => start <= at && at < start + dayMs && at <= Date.now());
}

async function nightOfHistory(nights: Nights, telling: Telling, { date, dayOfMonth }: StoryDay) {
  if (!dunningDays.includes(dayOfMonth)) return;
  await telling.settled();
  if (dayOfMonth === closingDay) await nights.run('monthly-rollup', date);
  await nights.run('dunning', `${date}T05`);
}

async function isTold(db: pg.Pool): Promise<boolean> {
  const { rowCount } = await db.query("select from audit_log where org_id = $1 and action = 'demo.told' limit 1", [
    providerChain,
  ]);
  return rowCount !== 0;
}

/** A story that was begun on an earlier day is told to its end as of that day. */
async function startOf(db: pg.Pool, until: LocalDate): Promise<LocalDate> {
  const { rows } = await db.query<{ until: string }>(
    "select detail ->> 'until' as until from audit_log where org_id = $1 and action = 'demo.begun' order by seq desc limit 1",
    [providerChain],
  );
  const [begun] = rows;
  if (begun) return begun.until;
  await markTold(db, 'demo.begun', { until });
  return until;
}

async function markTold(db: pg.Pool, action: string, detail: object) {
  const entry = { org_id: providerChain, actor_type: 'system', actor: 'demo', action, subject: 'demo/history', detail };
  await inTenants(db, [providerChain], (client) => client.query('select append_audit($1)', [JSON.stringify([entry])]));
}

export function today(): LocalDate {
  return dateOfDay(utcDayOf(Date.now()));
}
