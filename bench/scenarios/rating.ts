import type pg from 'pg';
import { ratingPhase } from '#activities/rating/rating-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { readCpu, totalCpu } from '../cpu-meter.ts';
import { formatSpread, spreadOf } from '../figures.ts';
import { allAtOnce, timedMs } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';

export interface RatingFigures {
  readonly orgs: number;
  readonly rows: number;
  readonly ratingMs: number;
  /** Of Postgres and of this process, which does the worker's part. */
  readonly cpuMs: number;
  /** One `insert ... select ... group by` over the same rows, into a table of sums. */
  readonly sumsMs: number;
  /** The same into a table like that of lines, with its indices. */
  readonly linesMs: number;
  /** The same slot again, with nothing new. */
  readonly rerunMs: number;
  /** The most that this process, which does the worker's part, has held so far. */
  readonly memoryMib: number;
}

const setsAtOnce = 4;
const rowsPerOrg = 100;
/** Rated before, so that code is warm and each connection has its plans: Postgres plans a statement anew until its sixth time. */
const warmOrgs = 1_000;
const warmSetSize = 40;
const slotAt = Date.UTC(2026, 2, 20, 2, 15);

/** Rates orgs whose usage came day by day, against one statement that sums up the same rows, and once more with nothing new. */
export async function rate(services: BenchServices, run: string, orgs: number): Promise<RatingFigures> {
  const own = await copyDatabase(services.databaseUrl, `rating_${run}`);
  const db = openAdmin(own.url);
  const worker = createPool({
    url: own.url,
    role: 'worker',
    max: setsAtOnce,
    applicationName: 'bench-rating',
    lockTimeoutMs: 60_000,
    statementTimeoutMs: 120_000,
    queryTimeoutMs: 180_000,
  });
  try {
    await seedUsage(db, orgs, warmOrgs);
    const baseline = await sumUp(db);
    await rateAll(worker, 'p', 'x', warmSetSize);
    const first = await measured(services, () => rateAll(worker, '', 'p'));
    const again = await measured(services, () => rateAll(worker, '', 'p'));
    await expectRated(db, orgs);
    return {
      orgs,
      rows: orgs * rowsPerOrg,
      ratingMs: first.tookMs,
      cpuMs: first.cpuMs,
      rerunMs: again.tookMs,
      memoryMib: process.resourceUsage().maxRSS / 1_024,
      ...baseline,
    };
  } finally {
    await worker.end();
    await db.end();
    await own.drop();
  }
}

export function reportRating(sizes: readonly (readonly RatingFigures[])[]): string {
  const spread = (figures: readonly RatingFigures[], of: (one: RatingFigures) => number, digits = 0) =>
    formatSpread(spreadOf(figures.map(of)), digits);
  const row = (figures: readonly RatingFigures[]) =>
    [
      figures[0]?.rows.toLocaleString('en-US'),
      spread(figures, (one) => one.ratingMs),
      spread(figures, (one) => one.cpuMs),
      spread(figures, (one) => (one.ratingMs * 1_000) / one.rows, 2),
      spread(figures, (one) => one.ratingMs / one.linesMs, 2),
      spread(figures, (one) => one.ratingMs / one.sumsMs, 2),
      spread(figures, (one) => (one.rerunMs / one.ratingMs) * 100, 1),
      Math.round(figures.at(-1)?.memoryMib ?? Number.NaN),
    ].join(' | ');
  return `## The nightly rating: ${rowsPerOrg} rows of usage an org, the first rating of their period

Each org gets its draft, its line with how it came about, and its rated period. Compared with one \`insert ... select ... group by\` over the same
rows: into lines (the same columns and indices) and into a bare table of sums. Again: the same slot with nothing new.
Memory: the most that the process which does the worker's part has held so far.

| rows | ms | CPU ms | us a row | of the time into lines (goal: at most 2) | of the time into sums | again, % (goal: at most 10) | memory, MiB |
|---|---|---|---|---|---|---|---|
${sizes.map((figures) => `| ${row(figures)} |`).join('\n')}`;
}

async function measured(services: BenchServices, work: () => Promise<void>) {
  const programs = new Map([...services.pids].filter(([name]) => /postgres/i.test(name)));
  const [before, own] = [totalCpu(readCpu(programs)), process.cpuUsage()];
  const tookMs = await timedMs(work);
  const { user, system } = process.cpuUsage(own);
  return { tookMs, cpuMs: (user + system) / 1_000 + (totalCpu(readCpu(programs)) - before) * 1_000 };
}

async function copyDatabase(url: string, name: string) {
  const server = openAdmin(url.replace(/\/[^/]*$/, '/postgres'), 1);
  await server.query(`create database ${name} template ${new URL(url).pathname.slice(1)}`);
  const drop = async () => {
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  };
  return { url: url.replace(/\/[^/]*$/, `/${name}`), drop };
}

/** As the job does it: pages of a set each, four at once. */
async function rateAll(worker: pg.Pool, after: string, until: string, setSize?: number): Promise<void> {
  const phase = ratingPhase(worker);
  const size = setSize ?? phase.setSize;
  const slot = { slot: '2026-03-20', at: slotAt, isForced: false };
  const due = await phase.due(slot, { after, until });
  const sets: string[][] = [];
  for (let at = 0; at < due.length; at += size) sets.push(due.slice(at, at + size));
  await allAtOnce(sets, setsAtOnce, (set) => phase.apply(set, slot));
}

/** One plan with a price of several tiers, one meter, and rows that came by the day: those of one org lie far apart. */
export async function seedUsage(db: pg.Pool, orgs: number, warmOrgs: number): Promise<void> {
  const price = {
    model: 'graduated',
    currency: 'USD',
    tiers: [
      { upTo: '100', unitPrice: '0.10', flatFee: '5' },
      { upTo: null, unitPrice: '0.05' },
    ],
  };
  await db.query("insert into plan (id, name) values ('bench', 'Bench') on conflict do nothing");
  await db.query("insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum') on conflict do nothing");
  await db.query(
    "insert into plan_price (plan_id, meter, from_at, price) values ('bench', 'calls', '2020-01-01', $1) on conflict do nothing",
    [JSON.stringify(price)],
  );
  await db.query(
    `insert into org (id, name, tax_rate) select 'o' || lpad(n::text, 6, '0'), 'Bench', 0.19 from generate_series(0, $1 - 1) n
    union all select 'w' || lpad(n::text, 6, '0'), 'Warm', 0.19 from generate_series(0, $2 - 1) n`,
    [orgs, warmOrgs],
  );
  await db.query(`insert into org_plan (org_id, from_at, plan_id) select id, '2026-03-01', 'bench' from org`);
  await db.query(
    `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
    select 'o' || lpad(o::text, 6, '0'), 'evt_' || r || '_' || o, 0, 'calls', r % 7 + 0.5, w, w + interval '1 h', w + interval '1 h', w + interval '1 h'
    from generate_series(0, $2 - 1) r cross join generate_series(0, $1 - 1) o
    cross join lateral (select timestamptz '2026-03-01' + r * interval '19 d' / $2 as w) t`,
    [orgs, rowsPerOrg],
  );
  await db.query('vacuum analyze');
}

/** One statement that sums up the same rows, into a bare table of sums, and into lines as they are kept: same columns, same indices. */
async function sumUp(db: pg.Pool): Promise<Pick<RatingFigures, 'sumsMs' | 'linesMs'>> {
  const rows = `from usage_meter where window_start >= '2026-03-01' and window_start < '2026-04-01' group by org_id, meter`;
  await db.query(`create table bench_sum (org_id text, meter text, quantity numeric, usage_rows bigint, first_start timestamptz, last_end timestamptz,
    primary key (org_id, meter))`);
  await db.query('create table bench_line (like invoice_line including all)');
  const sumsMs = await timedMs(() =>
    db.query(
      `insert into bench_sum select org_id, meter, sum(quantity), count(*), min(window_start), max(window_end) ${rows}`,
    ),
  );
  const linesMs = await timedMs(() =>
    db.query(`insert into bench_line (org_id, invoice_id, source_key, stream, description, quantity, amount_minor, explanation, created_at, meter,
        period_start, period_end)
      select org_id, 'inv_' || left(md5(org_id), 22), 'usage:' || meter || ':2026-03-01T00:00:00.000Z:1', 'usage', meter, sum(quantity),
        round(sum(quantity) * 10), jsonb_build_object('meter', meter, 'rows', count(*), 'firstStart', min(window_start), 'lastEnd', max(window_end),
          'quantity', sum(quantity)), now(), meter, '2026-03-01', '2026-04-01' ${rows}`),
  );
  await db.query('drop table bench_sum, bench_line');
  return { sumsMs, linesMs };
}

async function expectRated(db: pg.Pool, orgs: number): Promise<void> {
  const { rows } = await db.query<{ rated: string; rows: string; lines: string }>(`
    select (select count(*) from rated_period) as rated, (select sum(usage_rows) from rated_period) as rows,
      (select count(*) from invoice_line) as lines`);
  const [found] = rows;
  if (
    Number(found?.rated) !== orgs + warmOrgs ||
    Number(found?.rows) !== orgs * rowsPerOrg ||
    Number(found?.lines) !== orgs + warmOrgs
  )
    throw new Error(`rating: ${JSON.stringify(found)}`);
}
