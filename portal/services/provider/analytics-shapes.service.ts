import 'server-only';
import type { CohortCell } from '#domain/billing/cohorts';
import { streams, type BilledStream } from '#domain/billing/streams';
import { readFunnel, readFunnelOfAll } from '#prisma/funnel-read';
import type { Funnel } from '#prisma/funnel-read';
import { readRevenueMix } from '#prisma/metric-reads';
import { readCohorts } from '#prisma/mrr-reads';
import { assertCan, can } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, bucketStart, monthAfter, startOfUtcDay, startsOf, utcDay } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import { orgIdsOf } from './analytics-orgs.ts';
import { analyticsMonths } from './analytics-query.ts';
import type { AnalyticsQuery } from './analytics-query.ts';
import { currenciesOf, currencyOrder } from './currency-order.ts';
import { countMax } from './list-page.ts';

const monthsShown = 12;
const cohortsShown = 24;
const cohortMonthsMax = 36;

export interface FunnelTold extends Funnel {
  readonly span: DaySpan;
  /** Of as many months before, where they are to be compared and any lead came in them. */
  readonly before: Funnel['all'] | undefined;
}

/**
 * Leads that came in the months of the asked range, or in the last twelve; those that are not over are left out unless they are asked for. Of more
 * leads than a list's total tells, from figures of days.
 */
export async function readLeadFunnel(staff: Staff, query: AnalyticsQuery, at: number): Promise<FunnelTold> {
  assertCan(staff, 'analytics');
  const { hasOpen, isCompared } = query.filters;
  const asked = analyticsMonths(query, at, monthsShown);
  const closed = bucketStart(utcDay(at), 'month');
  const span = hasOpen || asked.until <= closed ? asked : { ...asked, until: closed };
  const earlier = { from: monthAfter(span.from, -bucketsOf(span, 'month').length), until: span.from };
  const [told, before] = await Promise.all([
    funnelOf(query, span, at),
    isCompared ? funnelOf(query, earlier, at) : undefined,
  ]);
  return { ...told, span, before: (before?.all[0]?.count ?? 0) > 0 ? before?.all : undefined };
}

async function funnelOf(query: AnalyticsQuery, span: DaySpan, at: number): Promise<Funnel> {
  const { pool } = database();
  const { hasOpen, sources } = query.filters;
  const orgIds = await orgIdsOf(pool, query);
  const ofAll = orgIds === undefined ? await readFunnelOfAll(pool, span, sources) : undefined;
  if (ofAll && (ofAll.all[0]?.count ?? 0) > countMax) return ofAll;
  return readFunnel(pool, { start: startOfUtcDay(span.from), end: startOfUtcDay(span.until) }, at, {
    ...(orgIds && { orgIds }),
    ...(sources.length > 0 && { sources }),
    hasOpen,
  });
}

/** A cohort of one currency; its money is left out for whoever may not see it. */
export interface CohortRow {
  readonly month: string;
  readonly orgs: number;
  readonly cells: readonly (CohortTold | undefined)[];
}

export interface CohortTold {
  readonly orgs: number;
  /** Of the organisations that the cohort began with. */
  readonly share: number;
  readonly mrrMinor?: bigint;
  /** Of the MRR at the end of the cohort's own month; undefined where that was nothing. */
  readonly mrrShare?: number | undefined;
}

export interface CohortsTold {
  readonly currency: string | undefined;
  readonly otherCurrencies: readonly string[];
  readonly rows: readonly CohortRow[];
}

/** Organisations by the month of their first MRR, of the asked range or of two years, and what is left of them at the end of each month after. */
export async function readCohortGrid(staff: Staff, query: AnalyticsQuery, at: number): Promise<CohortsTold> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const hasMoney = can(staff, 'analytics', 'money');
  const months = analyticsMonths(query, at, cohortsShown);
  // From the first cohort's own month to the running one.
  const columns = Math.min(bucketsOf({ from: months.from, until: utcDay(at) }, 'month').length, cohortMonthsMax);
  const cohorts = await readCohorts(pool, columns, at, { orgIds: await orgIdsOf(pool, query), months });
  const currencies = currenciesOf(cohorts, await currencyOrder(pool));
  const asked = query.filters.currency;
  const currency = asked !== undefined && currencies.includes(asked) ? asked : currencies[0];
  return {
    currency,
    otherCurrencies: currencies.filter((one) => one !== currency),
    rows: cohorts
      .filter((cohort) => cohort.currency === currency)
      .map(({ month, orgs, columns }) => ({
        month,
        orgs,
        cells: columns.map((cell) => (cell ? toldOf(cell, orgs, columns[0] ?? undefined, hasMoney) : undefined)),
      })),
  };
}

function toldOf(cell: CohortCell, orgs: number, first: CohortCell | undefined, hasMoney: boolean): CohortTold {
  const share = orgs === 0 ? 0 : cell.orgs / orgs;
  if (!hasMoney) return { orgs: cell.orgs, share };
  const base = Number(first?.mrrMinor ?? 0n);
  return {
    orgs: cell.orgs,
    share,
    mrrMinor: cell.mrrMinor,
    mrrShare: base === 0 ? undefined : Number(cell.mrrMinor) / base,
  };
}

export interface MixTold {
  readonly currency: string | undefined;
  readonly otherCurrencies: readonly string[];
  readonly months: readonly DaySpan[];
  readonly isLastOpen: boolean;
  /** Of each stream by month, of what the streams come to together. */
  readonly shares: Readonly<Record<BilledStream, readonly (number | undefined)[]>>;
  /** Left out for whoever may not see money. */
  readonly amounts?: Readonly<Record<BilledStream, readonly bigint[]>>;
  /** What they came to in as many months before. */
  readonly amountsBefore?: readonly bigint[];
}

/** Revenue by stream and month, of the asked range, or of twelve months, the running one included. */
export async function readMix(staff: Staff, query: AnalyticsQuery, at: number): Promise<MixTold> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const span = analyticsMonths(query, at, monthsShown);
  const months = bucketsOf(span, 'month');
  const earlier = bucketsOf({ from: monthAfter(span.from, -months.length), until: span.from }, 'month');
  const read = await readRevenueMix(pool, startsOf([...earlier, ...months]), await orgIdsOf(pool, query));
  const mixes = read.filter(({ month }) => month >= span.from.slice(0, 7));
  const currencies = currenciesOf(mixes, await currencyOrder(pool));
  const asked = query.filters.currency;
  const currency = asked ?? currencies[0];
  const shown = query.filters.streams.length > 0 ? query.filters.streams : streams;
  const amountAt = (month: DaySpan, stream: BilledStream) => {
    if (!shown.includes(stream)) return 0n;
    const mix = read.find((one) => one.currency === currency && month.from.startsWith(one.month));
    return mix?.byStream[stream] ?? 0n;
  };
  const amounts = byStream((stream) => months.map((month) => amountAt(month, stream)));
  const shares = byStream((stream) =>
    months.map((_, at_) =>
      shareOf(
        amounts[stream][at_] ?? 0n,
        streams.map((one) => amounts[one][at_] ?? 0n),
      ),
    ),
  );
  return {
    currency,
    otherCurrencies: currencies.filter((one) => one !== currency),
    months,
    isLastOpen: span.until > utcDay(at),
    shares,
    ...(can(staff, 'analytics', 'money') && {
      amounts,
      ...(query.filters.isCompared && {
        amountsBefore: earlier.map((month) => streams.reduce((sum, stream) => sum + amountAt(month, stream), 0n)),
      }),
    }),
  };
}

/** Of what is above zero: a month of more refunds than sales of one stream takes nothing from the share of another. */
function shareOf(own: bigint, all: readonly bigint[]): number | undefined {
  const sum = all.reduce((total, value) => total + (value > 0n ? value : 0n), 0n);
  if (sum === 0n) return undefined;
  return own > 0n ? Number(own) / Number(sum) : 0;
}

function byStream<T>(of: (stream: BilledStream) => T): Record<BilledStream, T> {
  return {
    leads: of('leads'),
    subscriptions: of('subscriptions'),
    usage: of('usage'),
    addons: of('addons'),
    ai: of('ai'),
  };
}
