import type pg from 'pg';
import type { JobPhase } from '#activities/jobs/job-phase';
import { slotAt, type JobName } from '#domain/jobs';
import type { PaymentProvider } from '#payments/provider';
import { createBillingPools } from '#temporal/billing-worker';
import { createJobPhases } from '#temporal/job-phases';
import { openAdmin } from '#tests/support/admin';
import { pino } from 'pino';
import { seedRows } from '../seeds/seed-rows.ts';
import { listenForPlans, tellPlans, type Scan } from '../systems/plan-log.ts';
import { runPhase } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';
import { seedUsage } from './rating.ts';

export interface PhasePlans {
  readonly job: JobName;
  readonly phase: string;
  readonly due: number;
  readonly statements: number;
  /** Tables that were read from end to end for the sake of a part of them. */
  readonly scanned: readonly Scan[];
  readonly largest: Scan | undefined;
}

/** A table that is smaller may be read whole. */
const smallRowsMax = 2_000;
const orgs = 10_000;
/** One after another, as a provider lives: usage comes and is rated, a night brings nothing, the month is closed, what is due is collected. */
const nights: readonly (readonly [JobName, string])[] = [
  ['nightly-rating', '2026-03-20'],
  ['nightly-rating', '2026-03-21'],
  ['monthly-rollup', '2026-04-05'],
  ['metrics', '2026-04-05T04:00'],
  ['dunning', '2026-04-30T10'],
];

const busy = { status: 'busy', retryAfterMs: Infinity, code: 'busy' } as const;
/** What a provider answers is no part of the plans: this one is busy until another slot. */
const provider: PaymentProvider = {
  name: 'sandbox',
  charge: () => Promise.resolve(busy),
  chargesOf: () => Promise.resolve([]),
  read: () => Promise.resolve(undefined),
  refund: () => Promise.resolve(busy),
  async *chargesSince() {
    yield [];
  },
  async *refunds() {},
  async *disputes() {},
};

/** Every statement of every job but the invariants, which read all there is by what they are: how its tables were read. */
export async function explainJobs(services: BenchServices, rows: number): Promise<PhasePlans[]> {
  const admin = openAdmin(services.databaseUrl, 2);
  await seedRows(admin, rows, () => undefined);
  await seedUsage(admin, orgs, 0);
  await admin.query("update org_billing set payment_provider = 'sandbox', payment_token = 'pm_ok'");
  await admin.query('vacuum analyze');
  const sizes = await sizesOf(admin);
  await tellPlans(services.databaseUrl);
  const pools = createBillingPools(services.databaseUrl, 'bench-plans');
  const heard = listenForPlans(pools.jobs);
  const log = pino({ level: 'silent' });
  const jobs = createJobPhases({
    ...pools,
    log,
    providers: new Map([[provider.name, provider]]),
    notify: [],
    anchorsFolder: undefined,
  });
  const told: PhasePlans[] = [];
  try {
    for (const [job, slot] of nights) {
      for (const phase of jobs[job]) told.push(await explainPhase(job, phase, slot, { heard, sizes }));
    }
    return told;
  } finally {
    await pools.jobs.end();
    await pools.verifier.end();
    await admin.end();
  }
}

interface Ears {
  readonly heard: ReturnType<typeof listenForPlans>;
  readonly sizes: ReadonlyMap<string, number>;
}

async function explainPhase(job: JobName, phase: JobPhase, slot: string, { heard, sizes }: Ears): Promise<PhasePlans> {
  const at = slotAt(job, slot);
  if (at === undefined) throw new Error(`${job} has no slot ${slot}`);
  const on = { slot, at, isForced: false };
  const due = await phase.due(on, undefined);
  await runPhase(phase, on, 4);
  const { statements, scans } = heard.taken();
  const large = scans.filter(({ relation }) => (sizes.get(relation) ?? 0) > smallRowsMax);
  return {
    job,
    phase: phase.name,
    due: due.length,
    statements: statements.size,
    scanned: large.filter(({ isSequential, inVain }) => isSequential && inVain > smallRowsMax),
    largest: large.toSorted((a, b) => b.rows - a.rows)[0],
  };
}

async function sizesOf(db: pg.Pool): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string; rows: number }>(
    "select relname as name, reltuples::float8 as rows from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  return new Map(rows.map(({ name, rows: count }) => [name, count]));
}

export function reportPlans(rows: number, phases: readonly PhasePlans[]): string {
  const line = ({ job, phase, due, statements, scanned, largest }: PhasePlans) =>
    [
      job,
      phase,
      due.toLocaleString('en-US'),
      statements,
      [...new Set(scanned.map(({ relation }) => relation))].join(', ') || 'none',
      largest ? `${largest.rows.toLocaleString('en-US')} of ${largest.relation}` : 'none',
    ].join(' | ');
  const found = phases.flatMap(({ scanned }) => scanned);
  const named = new Map(found.map(({ relation, statement }) => [`${relation}: ${statement.slice(0, 200)}`, 1]));
  return `## The plans of the jobs over ${rows.toLocaleString('en-US')} seeded rows and ${(orgs * 100).toLocaleString('en-US')} rows of usage of ${orgs.toLocaleString('en-US')} orgs

As Postgres tells them for each statement that ran, inside functions too. Goal: no table is read from end to end
for the sake of a part of it, unless that is less than ${smallRowsMax.toLocaleString('en-US')} rows of it in vain.

| job | phase | due | statements | read from end to end in vain | the most that one scan looked at, rows |
|---|---|---|---|---|---|
${phases.map((one) => `| ${line(one)} |`).join('\n')}${[...named.keys()].map((text) => `\n\n- ${text}`).join('')}`;
}
