import type pg from 'pg';
import { isMetricName, type metrics, type MetricName, type PartedMetric } from '#domain/metrics';
import type { EpochMs } from '#domain/instants';
import { streams, type BilledStream } from '#domain/billing/streams';
import { askedTogether } from './asked-together.ts';

export type Readable = pg.Pool | pg.ClientBase;

/** UTC days, `YYYY-MM-DD`, half-open. */
export interface DayRange {
  readonly from: string;
  readonly until: string;
}

/** Spans of days one after another, by their first days; the last ends before `until`. What their days come to stands under the first. */
export interface DayBuckets {
  readonly starts: readonly string[];
  readonly until: string;
}

/** A figure of one currency; `XXX` is that of figures without money. */
export interface Figure {
  readonly metric: MetricName;
  readonly currency: string;
  readonly n: bigint;
  /** Minor units, or millionths of AI credits. */
  readonly minor: bigint;
}

export interface DayFigure extends Figure {
  readonly day: string;
}

interface FigureRow {
  metric: string;
  /** Counted from 1. */
  bucket: number;
  currency: string;
  n: string;
  minor: string;
}

const daysTogether = askedTogether<Readable, FigureRow>();
const levelsTogether = askedTogether<Readable, FigureRow>();

/** The figures of each bucket that has any, of all orgs together or of some. */
export async function readDays(
  db: Readable,
  names: readonly MetricName[],
  { starts, until }: DayBuckets,
  orgIds?: readonly string[],
): Promise<DayFigure[]> {
  const { table, where, values } = sourceOf(orgIds);
  const rows = await daysTogether(db, JSON.stringify([starts, until, orgIds]), names, async (all) => {
    const found = await db.query<FigureRow>({
      name: `metric-days-${table}`,
      text: `select metric, ${bucketOfDay} as bucket, currency, sum(n)::text as n, sum(minor)::text as minor from ${table}
        where metric = any ($1) and day >= ($2::date[])[1] and day < $3 ${where} group by 1, 2, 3 order by 1, 3, 2`,
      values: [all, starts, until, ...values],
    });
    return found.rows;
  });
  return rows.flatMap((row) => dayFigureOf(row, starts));
}

// A number, which is grouped by at a fifth of what a day in words or a month's name costs.
const bucketOfDay = 'width_bucket(day, $2::date[])';

export interface PartFigure {
  /** The word that it is of; '' for all words that are told less than twenty others of their org and day, and for none. */
  readonly part: string;
  readonly day: string;
  readonly currency: string;
  readonly n: bigint;
  readonly minor: bigint;
}

/** The figures of each bucket by a word of their source. */
export async function readParts(
  db: Readable,
  name: PartedMetric,
  { starts, until }: DayBuckets,
  orgIds?: readonly string[],
): Promise<PartFigure[]> {
  const { table, where, values } = sourceOf(orgIds);
  const { rows } = await db.query<FigureRow>({
    name: `metric-parts-${table}`,
    // A colon and what comes after it in the order of bytes: all names that begin with the metric's own.
    text: `select metric, ${bucketOfDay} as bucket, currency, sum(n)::text as n, sum(minor)::text as minor from ${table}
      where metric >= $1 || ':' and metric < $1 || ';' and day >= ($2::date[])[1] and day < $3 ${where} group by 1, 2, 3 order by 1, 3, 2`,
    values: [name, starts, until, ...values],
  });
  // Each value by its name: what is left of a row beside some of them costs twenty times as much, and a chart is of a thousand.
  return rows.map(({ metric, bucket, currency, n, minor }) => ({
    part: metric.slice(name.length + 1),
    day: startOf(bucket, starts),
    currency,
    n: BigInt(n),
    minor: BigInt(minor),
  }));
}

/** What the days of a range add up to, by metric and currency. */
export async function readSums(
  db: Readable,
  names: readonly MetricName[],
  { from, until }: DayRange,
  orgIds?: readonly string[],
): Promise<Figure[]> {
  const { table, where, values } = sourceOf(orgIds);
  const { rows } = await db.query<FigureRow>({
    name: `metric-sums-${table}`,
    text: `select metric, currency, sum(n)::text as n, sum(minor)::text as minor from ${table}
      where metric = any ($1) and day >= $2 and day < $3 ${where} group by metric, currency order by metric, currency`,
    values: [names, from, until, ...values],
  });
  return rows.flatMap(figureOf);
}

export type ChangeMetric = {
  [Name in MetricName]: (typeof metrics)[Name] extends { isChange: true } ? Name : never;
}[MetricName];

/**
 * What there is at the end of each bucket: MRR, what is due, credit. The sum of all changes up to it, in one range of each metric; every bucket has a
 * row for each currency in which it ever moved.
 */
export async function readLevels(
  db: Readable,
  names: readonly ChangeMetric[],
  { starts, until }: DayBuckets,
  orgIds?: readonly string[],
): Promise<DayFigure[]> {
  const { table, where, values } = sourceOf(orgIds);
  const rows = await levelsTogether(db, JSON.stringify([starts, until, orgIds]), names, async (all) => {
    const found = await db.query<FigureRow>({
      name: `metric-levels-${table}`,
      text: `with moved as (
        select metric, width_bucket(day, $2::date[]) as bucket, currency, sum(n) as n, sum(minor) as minor from ${table}
        where metric = any ($1) and day < $3 ${where} group by 1, 2, 3),
      buckets as (
        select c.metric, bucket, c.currency
        from generate_series(0, cardinality($2::date[])) as bucket, (select distinct metric, currency from moved) c),
      levels as (
        select b.metric, b.bucket, b.currency, sum(coalesce(m.n, 0)) over w as n, sum(coalesce(m.minor, 0)) over w as minor
        from buckets b left join moved m on m.metric = b.metric and m.bucket = b.bucket and m.currency = b.currency
        window w as (partition by b.metric, b.currency order by b.bucket))
      select metric, bucket, currency, n::text, minor::text from levels where bucket > 0 order by metric, currency, bucket`,
      values: [all, starts, until, ...values],
    });
    return found.rows;
  });
  return rows.flatMap((row) => dayFigureOf(row, starts));
}

/** The orgs, all or some, of which at least one event, of any stream, was received in a range; an index look-up each. */
export async function readActiveOrgs(
  db: Readable,
  { from, until }: DayRange,
  orgIds?: readonly string[],
): Promise<number> {
  const { rows } = await db.query<{ n: number }>({
    name: orgIds ? 'active-of-orgs' : 'active-orgs',
    text: `select count(*)::int as n from org o cross join lateral (
        select from event e where e.org_id = o.id and e.received_at >= utc_start($1) and e.received_at < utc_start($2) limit 1) e
      ${orgIds ? 'where o.id = any ($3)' : ''}`,
    values: [from, until, ...(orgIds ? [orgIds] : [])],
  });
  return rows[0]?.n ?? 0;
}

/** Through when all of these metrics are up to date; undefined where one never was computed. */
export async function readThrough(db: Readable, names: readonly MetricName[]): Promise<EpochMs | undefined> {
  const { rows } = await db.query<{ known: number; through_ms: number | null }>({
    name: 'metric-through',
    text: `select count(*)::int as known, (extract(epoch from min(through)) * 1000)::float8 as through_ms from metric_watermark
      where metric = any ($1)`,
    values: [names],
  });
  const [told] = rows;
  return told?.known === new Set(names).size ? (told.through_ms ?? undefined) : undefined;
}

/** The revenue of one UTC month, `YYYY-MM`, and one currency, by stream: refunds and credit notes are taken off, tax is outside it. */
export interface MonthMix {
  readonly month: string;
  readonly currency: string;
  readonly byStream: Readonly<Record<BilledStream, bigint>>;
}

export async function readRevenueMix(
  db: Readable,
  months: DayBuckets,
  orgIds?: readonly string[],
): Promise<MonthMix[]> {
  const names = streams.map((stream) => `revenue.${stream}` as const);
  const mixes = new Map<string, MonthMix>();
  for (const { metric, day, currency, minor } of await readDays(db, names, months, orgIds)) {
    const month = day.slice(0, 'YYYY-MM'.length);
    const name = `${month} ${currency}`;
    const mix = mixes.get(name) ?? { month, currency, byStream: nothing };
    const stream = streams.find((known) => metric === `revenue.${known}`);
    if (stream) mixes.set(name, { ...mix, byStream: { ...mix.byStream, [stream]: minor } });
  }
  return [...mixes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, mix]) => mix);
}

const nothing = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n } as const;

/** All orgs together are summed up already; those of some have an index by org. */
function sourceOf(orgIds: readonly string[] | undefined) {
  return orgIds === undefined
    ? { table: 'metric_day_total', where: '', values: [] }
    : { table: 'metric_day', where: 'and org_id = any ($4)', values: [orgIds] };
}

function figureOf({ metric, currency, n, minor }: Omit<FigureRow, 'bucket'>): Figure[] {
  return isMetricName(metric) ? [{ metric, currency, n: BigInt(n), minor: BigInt(minor) }] : [];
}

function dayFigureOf(row: FigureRow, starts: readonly string[]): DayFigure[] {
  return figureOf(row).map((figure) => ({ ...figure, day: startOf(row.bucket, starts) }));
}

function startOf(bucket: number, starts: readonly string[]): string {
  return starts[bucket - 1] ?? '';
}
