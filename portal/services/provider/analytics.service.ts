import 'server-only';
import type pg from 'pg';
import { metricNames } from '#domain/metrics';
import { readSpansOfAll } from '#prisma/all-reads';
import { readThrough } from '#prisma/metric-reads';
import { readMrrFigures } from '#prisma/mrr-reads';
import { assertCan, can } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, monthAfter, plusDays, startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { presetWindow } from '../../lists/windows.ts';
import { trendIds, trends } from '../../metrics/trends.ts';
import type { TrendId } from '../../metrics/trends.ts';
import { database } from '../../server/database.ts';
import { countActive } from './active-orgs.ts';
import { analyticsSpan } from './analytics-query.ts';
import { orgIdsOf } from './analytics-orgs.ts';
import type { AnalyticsQuery, AnalyticsSpan } from './analytics-query.ts';
import { distinctValues } from './distinct-values.ts';
import { readSeries, readShares } from './metric-series.ts';
import type { MetricSeries, Share } from './metric-series.ts';
import { currencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import { monthsBack, readRetention, readRetentionOf } from './retention.service.ts';
import { throughOf } from './rolled-figures.ts';

/** The figures that a member may see: developers see counts and rates, no money. */
export function metricsFor(staff: Staff): readonly TrendId[] {
  const hasMoney = can(staff, 'analytics', 'money');
  return trendIds.filter((id) => hasMoney || trends[id].unit !== 'money');
}

export interface Trend {
  readonly id: TrendId;
  readonly series: MetricSeries;
  /** Of the same currency, the span before; undefined where it is not compared. */
  readonly previous: readonly (number | bigint | undefined)[] | undefined;
  readonly otherCurrencies: readonly string[];
}

export interface Trends extends AnalyticsSpan {
  readonly trends: readonly Trend[];
  /** Asked for and not shown: more than fit, or money that the member may not see. */
  readonly leftOut: readonly TrendId[];
  /** Whether any day was rolled up yet. */
  readonly hasHistory: boolean;
}

const trendsMax = 3;

/** Up to three figures over the same buckets. */
export async function readTrends(staff: Staff, query: AnalyticsQuery, at: number): Promise<Trends> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const span = analyticsSpan(query, at);
  const { filters } = query;
  const allowed = metricsFor(staff);
  const chosen = filters.metrics.filter((id) => allowed.includes(id)).slice(0, trendsMax);
  const ids = chosen.length > 0 ? chosen : defaultTrends.filter((id) => allowed.includes(id)).slice(0, trendsMax);
  const orgIds = await orgIdsOf(pool, query);
  const hasHistory = await hasAnyDay(pool);
  const told = await Promise.all(
    ids.map(async (id) => {
      const asked = { metric: trends[id], orgIds, sources: filters.sources, streams: filters.streams };
      const [now, before] = await Promise.all([
        readSeries(pool, { ...asked, buckets: span.buckets }),
        filters.isCompared ? readSeries(pool, { ...asked, buckets: span.previous }) : [],
      ]);
      return trendOf(id, span, filters, now, before);
    }),
  );
  return { ...span, trends: told, leftOut: filters.metrics.filter((id) => !ids.includes(id)), hasHistory };
}

const defaultTrends: readonly TrendId[] = ['revenue', 'mrr', 'leads', 'conversion', 'usage'];

function trendOf(
  id: TrendId,
  { buckets }: AnalyticsSpan,
  { currency, isCompared }: AnalyticsQuery['filters'],
  now: readonly MetricSeries[],
  before: readonly MetricSeries[],
): Trend {
  const isMoney = trends[id].unit === 'money';
  const nothing = { currency: (isMoney && currency) || 'XXX', values: buckets.map(() => 0) };
  const series = (isMoney && currency ? now.find((one) => one.currency === currency) : now[0]) ?? nothing;
  // Before there was anything there is nothing to compare with.
  const own = before.find((one) => one.currency === series.currency)?.values ?? [];
  return {
    id,
    series,
    previous: isCompared && own.some((value) => Number(value ?? 0) !== 0) ? own : undefined,
    otherCurrencies: isMoney ? now.flatMap((one) => (one === series ? [] : [one.currency])) : [],
  };
}

export interface AnalyticsFigures {
  /** 30 whole days that end yesterday, by day, and the 30 before. */
  readonly window: DaySpan;
  /** Whether the member may see money at all. */
  readonly hasMoney: boolean;
  readonly revenue: Compared | undefined;
  readonly activeOrgs: {
    readonly now: number;
    readonly before: number;
    /** On each day, as far as it was read; undefined where organisations are chosen, since it is known of all together. */
    readonly byDay: readonly (number | undefined)[] | undefined;
  };
  readonly leads: Compared;
  /** Of the leads that are old enough to tell: created in 30 days that ended 30 days ago. */
  readonly cohort: DaySpan;
  readonly conversion: {
    readonly now: Share;
    readonly before: Share;
    readonly byDay: readonly (number | undefined)[];
  };
  /** Of the MRR twelve months ago what is left of it; undefined where there was none. */
  readonly retention: number | undefined;
  /** The same a month before, as far into it, in the same currency. */
  readonly retentionBefore: number | undefined;
  /** At the end of each of twelve months, of the last one by now. */
  readonly retentionByMonth: readonly (number | undefined)[];
}

export interface Compared {
  readonly currency: string;
  readonly now: bigint;
  readonly before: bigint;
  readonly byDay: readonly bigint[];
  /** Of the running day, which is in none of them. */
  readonly today: bigint;
  readonly others: readonly { readonly currency: string; readonly minor: bigint }[];
}

const windowDays = 30;

export async function readAnalyticsFigures(staff: Staff, query: AnalyticsQuery, at: number): Promise<AnalyticsFigures> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const today = utcDay(at);
  const window = { from: plusDays(today, -windowDays), until: today };
  const before = shifted(window, -windowDays);
  const cohort = before;
  const orgIds = await orgIdsOf(pool, query);
  const hasMoney = can(staff, 'analytics', 'money');
  const [revenue, leads, active, activeBefore, activeByDay, conversion, retention] = await Promise.all([
    hasMoney ? compare(pool, 'revenue', window, query, orgIds) : undefined,
    compare(pool, 'leads', window, query, orgIds),
    countActive(pool, window, orgIds),
    countActive(pool, before, orgIds),
    orgIds ? undefined : readActiveByDay(pool, window),
    readConversion(pool, cohort, query, orgIds),
    readMainRetention(pool, at, orgIds),
  ]);
  return {
    window,
    hasMoney,
    revenue,
    activeOrgs: { now: active, before: activeBefore, byDay: activeByDay },
    leads: leads ?? { currency: 'XXX', now: 0n, before: 0n, byDay: [], today: 0n, others: [] },
    cohort,
    conversion,
    ...retention,
  };
}

/** Of the main currency among those that had MRR twelve months before the month began. */
async function readMainRetention(
  pool: pg.Pool,
  at: number,
  orgIds: readonly string[] | undefined,
): Promise<Pick<AnalyticsFigures, 'retention' | 'retentionBefore' | 'retentionByMonth'>> {
  const { from, previous } = presetWindow('mtd', at, 'UTC');
  const start = startOfUtcDay(monthAfter(utcDay(from), -monthsBack));
  const levels = await readMrrFigures(pool, { start, end: start }, orgIds);
  const [main] = mainFirst(
    levels.map(({ currency, startMinor: minor }) => ({ currency, minor })),
    await currencyOrder(pool),
  );
  if (!main) return { retention: undefined, retentionBefore: undefined, retentionByMonth: [] };
  const [course, before] = await Promise.all([
    readRetention(pool, main.currency, at, orgIds),
    readRetentionOf(pool, main.currency, [utcDay(previous.from)], previous.to, orgIds),
  ]);
  const retention = course.net.at(-1);
  return { retention, retentionBefore: before.net[0], retentionByMonth: retention === undefined ? [] : course.net };
}

async function readActiveByDay(pool: pg.Pool, window: DaySpan): Promise<readonly (number | undefined)[]> {
  const [told, known] = await Promise.all([
    readSpansOfAll(pool, ['all.log.active'], window, 1),
    throughOf(pool, 'all.trail'),
  ]);
  return bucketsOf(window, 'day').map(({ from }, day) =>
    from < utcDay(known) ? (told.find(({ span }) => span === day)?.n ?? 0) : undefined,
  );
}

async function compare(
  pool: pg.Pool,
  id: 'revenue' | 'leads',
  window: DaySpan,
  { filters }: AnalyticsQuery,
  orgIds: readonly string[] | undefined,
): Promise<Compared | undefined> {
  const told = { metric: trends[id], orgIds, streams: filters.streams, sources: filters.sources };
  const withToday = { from: window.from, until: plusDays(window.until, 1) };
  const [read, before] = await Promise.all([
    readSeries(pool, { ...told, buckets: bucketsOf(withToday, 'day') }),
    readSeries(pool, { ...told, buckets: bucketsOf(shifted(window, -windowDays), 'day') }),
  ]);
  const now = read.map(({ currency, values }) => {
    const days = values.map((value) => BigInt(value ?? 0));
    return { currency, days: days.slice(0, -1), today: days.at(-1) ?? 0n };
  });
  const asked = filters.currency;
  const own = id === 'revenue' && asked ? now.find(({ currency }) => currency === asked) : now[0];
  const currency = own?.currency ?? before[0]?.currency;
  if (currency === undefined) return undefined;
  return {
    currency,
    now: total(own?.days ?? []),
    before: total(before.find((one) => one.currency === currency)?.values ?? []),
    byDay: own?.days ?? [],
    today: own?.today ?? 0n,
    others: now.flatMap((one) => (one === own ? [] : [{ currency: one.currency, minor: total(one.days) }])),
  };
}

/** Of a span by day, and of as many days before. */
async function readConversion(
  pool: pg.Pool,
  span: DaySpan,
  { filters }: AnalyticsQuery,
  orgIds: readonly string[] | undefined,
): Promise<AnalyticsFigures['conversion']> {
  const buckets = bucketsOf({ from: shifted(span, -windowDays).from, until: span.until }, 'day');
  const shares = await readShares(pool, { metric: trends.conversion, buckets, orgIds, sources: filters.sources });
  const [before, now] = [shares.slice(0, -windowDays), shares.slice(-windowDays)];
  const byDay = now.map(({ part, whole }) => (whole === 0 ? undefined : part / whole));
  return { now: together(now), before: together(before), byDay };
}

function together(shares: readonly Share[]): Share {
  return shares.reduce((sum, { part, whole }) => ({ part: sum.part + part, whole: sum.whole + whole }), {
    part: 0,
    whole: 0,
  });
}

/** Through when all figures are up to date; undefined where they never were computed. */
export function readFiguresThrough(staff: Staff): Promise<number | undefined> {
  assertCan(staff, 'analytics');
  return readThrough(database().pool, metricNames);
}

/** What the filters offer: the plans and the sources that are seen in the data. */
export async function listAnalyticsWords(
  staff: Staff,
): Promise<{ readonly plans: readonly string[]; readonly sources: readonly string[] }> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const [plans, sources] = await Promise.all([
    distinctValues(pool, 'subscription', 'plan'),
    distinctValues(pool, 'lead', 'source'),
  ]);
  return { plans, sources };
}

async function hasAnyDay(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query('select from metric_day_total limit 1');
  return rows.length > 0;
}

function shifted({ from, until }: DaySpan, days: number): DaySpan {
  return { from: plusDays(from, days), until: plusDays(until, days) };
}

function total(values: readonly (number | bigint | undefined)[]): bigint {
  return values.reduce<bigint>((sum, value) => sum + BigInt(value ?? 0), 0n);
}
