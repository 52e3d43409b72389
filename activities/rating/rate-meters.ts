import type pg from 'pg';
import type { PeriodUsage } from '#domain/billing/aggregation';
import { holds, isClosedBy, type Period } from '#domain/billing/periods';
import type { Price } from '#domain/billing/prices';
import { bookedOf, nothingBooked, rate, type BookedPeriod, type UsageLine } from '#domain/billing/rating';
import { compare } from '#domain/decimal';
import { sumMinor } from '#domain/money';
import type { EpochMs } from '#domain/instants';
import type { OrgTerms } from '../billing/load-terms.ts';
import type { DraftLine } from '../billing/write-lines.ts';
import { loadOverage } from './load-overage.ts';
import { loadRatedPeriods, periodsKey, type RatedPeriod, type Stretch } from './load-periods.ts';
import { loadUnrated, type UnratedReason, type UnratedUsage } from './load-unrated.ts';
import { loadUsage, nothingUsed, type ToCount } from './load-usage.ts';
import { overageMeter, pointsOf, type Agenda, type Point } from './periods-to-rate.ts';

/** A period of a meter, counted and rated. */
export interface RatedNow {
  readonly terms: OrgTerms;
  readonly meter: string;
  readonly period: Period;
  /** It was rated before. */
  readonly isKnown: boolean;
  readonly price: Price;
  readonly usage: PeriodUsage;
  readonly isClosed: boolean;
  readonly booked: BookedPeriod;
  readonly bookedMinor: bigint;
  readonly lines: readonly DraftLine[];
}

export interface UnratedNow {
  readonly terms: OrgTerms;
  readonly meter: string;
  readonly period: Period;
  readonly reason: UnratedReason;
  readonly usage: PeriodUsage;
}

export interface MeterRatings {
  readonly rated: readonly RatedNow[];
  readonly unrated: readonly UnratedNow[];
  /** What was unrated before and is no longer. */
  readonly settled: readonly { readonly orgId: string; readonly usage: UnratedUsage }[];
}

/** Rates the meters' periods that marks or time made due, all orgs of a set with one statement a table. */
export async function rateMeters(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<MeterRatings> {
  const unratedBefore = await loadUnrated(
    client,
    agendas.map(({ terms }) => terms.orgId),
  );
  const points = agendas.map((agenda) => ({
    agenda,
    points: [...pointsOf(agenda), ...pricedNow(agenda.terms, unratedBefore.get(agenda.terms.orgId) ?? [])],
  }));
  const before = await loadRatedPeriods(client, points.flatMap(stretchesOf));
  const wanted = points.flatMap((one) => periodsOf(one, before));
  const usages = await usageOf(client, wanted);
  const judged = wanted.map((one, n) => judge(one, usages[n] ?? nothingUsed));
  const rated = judged.flatMap((one) => ('price' in one ? [one] : []));
  const unrated = judged.flatMap((one) => ('reason' in one ? [one] : []));
  return {
    rated: rated.filter(isNews(before)),
    unrated: unrated.filter(isNewsOfUnrated(unratedBefore)),
    settled: settledBy(judged, unratedBefore),
  };
}

interface OrgPoints {
  readonly agenda: Agenda;
  readonly points: readonly Point[];
}

interface Wanted {
  readonly terms: OrgTerms;
  readonly asOf: EpochMs;
  readonly isMisnamed: boolean;
  readonly meter: string;
  readonly period: Period;
  readonly before: RatedPeriod | undefined;
}

function pricedNow(terms: OrgTerms, unrated: readonly UnratedUsage[]): Point[] {
  const others = unrated.filter(({ meter }) => meter !== overageMeter);
  return others.flatMap(({ meter, start }) => (terms.priceAt(meter, start) ? [{ meter, at: start }] : []));
}

function stretchesOf({ agenda, points }: OrgPoints): Stretch[] {
  const stretches = new Map<string, Stretch>();
  const { orgId } = agenda.terms;
  for (const { meter, at } of points) {
    const { firstAt, lastAt } = stretches.get(meter) ?? { firstAt: at, lastAt: at };
    stretches.set(meter, { orgId, meter, firstAt: Math.min(firstAt, at), lastAt: Math.max(lastAt, at) });
  }
  return [...stretches.values()];
}

/** A period that was rated before keeps its bounds; what is computed now only fills the room between. */
function periodsOf({ agenda, points }: OrgPoints, before: ReadonlyMap<string, readonly RatedPeriod[]>): Wanted[] {
  const { terms, asOf, calendar } = agenda;
  const wanted = new Map<string, Wanted>();
  let latest: Wanted | undefined;
  for (const { meter, at, isMisnamed = false } of points) {
    // Most points are of one period: its ends, and those of the rows in it.
    if (latest?.meter === meter && latest.isMisnamed === isMisnamed && holds(latest.period, at)) continue;
    const rated = before.get(periodsKey(terms.orgId, meter)) ?? [];
    const known = rated.find(({ start, end }) => start <= at && at < end);
    const period = known ? { start: known.start, end: known.end } : between(calendar(at), at, rated);
    latest = { isMisnamed, terms, asOf, meter, period, before: known };
    wanted.set(`${meter}/${period.start}/${isMisnamed}`, latest);
  }
  return [...wanted.values()];
}

function between({ start, end }: Period, at: EpochMs, rated: readonly Period[]): Period {
  return {
    start: rated.reduce((latest, one) => (one.end <= at ? Math.max(latest, one.end) : latest), start),
    end: rated.reduce((earliest, one) => (one.start > at ? Math.min(earliest, one.start) : earliest), end),
  };
}

async function usageOf(client: pg.ClientBase, wanted: readonly Wanted[]): Promise<PeriodUsage[]> {
  const counted = wanted.filter(({ meter, isMisnamed }) => meter !== overageMeter || isMisnamed);
  const usages = await loadUsage(client, counted.map(toCount));
  const overages = await loadOverage(
    client,
    wanted.filter(({ meter, isMisnamed }) => meter === overageMeter && !isMisnamed),
  );
  const counts = new Map(counted.map((one, n) => [one, usages[n]]));
  return wanted.map((one) => overages.get(one) ?? counts.get(one) ?? nothingUsed);
}

function toCount({ terms, meter, period }: Wanted): ToCount {
  const aggregation = terms.aggregationOf(meter) ?? 'sum';
  return { orgId: terms.orgId, meter, aggregation, period, graceHours: terms.graceHours };
}

function judge({ terms, asOf, meter, period, before, isMisnamed }: Wanted, usage: PeriodUsage): RatedNow | UnratedNow {
  if (isMisnamed) return { terms, meter, period, usage, reason: 'unknown_meter' };
  const price = terms.priceAt(meter, period.start);
  if (!price) return { terms, meter, period, usage, reason: reasonWithoutPrice(terms, meter, period.start) };
  if (before && before.currency !== price.currency && before.bookedMinor !== 0n) {
    throw new Error(`${meter} of ${new Date(period.start).toISOString()} was booked in another currency`);
  }
  const isClosed = isClosedBy(asOf, period, terms.graceHours, before?.isClosed ?? false);
  const booked = before?.booked ?? nothingBooked;
  const rated = rate({ meter, price, period, isClosed, usage, booked });
  const bookedMinor = (before?.bookedMinor ?? 0n) + sumMinor(rated);
  const lines = rated.map((line) => draftLine({ orgId: terms.orgId, meter, period, currency: price.currency }, line));
  const isKnown = before !== undefined;
  return { terms, meter, period, isKnown, price, usage, isClosed, booked: bookedOf(rated, booked), bookedMinor, lines };
}

/** What a rating of usage puts on the invoice. */
function draftLine(of: Pick<DraftLine, 'orgId' | 'period' | 'currency'> & { readonly meter: string }, line: UsageLine) {
  const { orgId, meter, period, currency } = of;
  const { sourceKey, kind, isLate, quantity, amountMinor, explanation } = line;
  return {
    orgId,
    sourceKey,
    source: undefined,
    meter,
    stream: meter === overageMeter ? 'ai' : 'usage',
    currency,
    description: kind === 'usage' ? meter : `${meter}: ${kind}`,
    quantity,
    amountMinor,
    period,
    isLate,
    explanation: JSON.stringify(explanation),
  } as const;
}

function reasonWithoutPrice(terms: OrgTerms, meter: string, periodStart: EpochMs): UnratedReason {
  if (terms.planAt(periodStart) === undefined) return 'no_plan';
  return terms.aggregationOf(meter) === undefined ? 'unknown_meter' : 'no_price';
}

export function rowsOf({ inTimeWindows, lateWindows }: PeriodUsage): number {
  return (inTimeWindows?.rows ?? 0) + (lateWindows?.rows ?? 0);
}

/** A period that says nothing new needs no row, nor does one without rows and lines. */
function isNews(before: ReadonlyMap<string, readonly RatedPeriod[]>) {
  return ({ terms, meter, period, usage, isClosed, lines }: RatedNow): boolean => {
    const known = before.get(periodsKey(terms.orgId, meter))?.find(({ start }) => start === period.start);
    if (!known) return lines.length > 0 || rowsOf(usage) > 0;
    const isCounted = known.usageRows === rowsOf(usage) && compare(known.quantity, usage.quantity) === 0;
    return lines.length > 0 || known.isClosed !== isClosed || !isCounted;
  };
}

function isNewsOfUnrated(before: ReadonlyMap<string, readonly UnratedUsage[]>) {
  return ({ terms, meter, period, usage, reason }: UnratedNow): boolean => {
    const known = before.get(terms.orgId)?.find((one) => one.meter === meter && one.start === period.start);
    if (!known) return rowsOf(usage) > 0;
    return (
      known.reason !== reason || known.usageRows !== rowsOf(usage) || compare(known.quantity, usage.quantity) !== 0
    );
  };
}

function settledBy(judged: readonly (RatedNow | UnratedNow)[], before: ReadonlyMap<string, readonly UnratedUsage[]>) {
  return judged.flatMap((one) => {
    if ('reason' in one ? rowsOf(one.usage) > 0 : one.meter === overageMeter) return [];
    const orgId = one.terms.orgId;
    const known = before.get(orgId)?.find(({ meter, start }) => meter === one.meter && start === one.period.start);
    return known ? [{ orgId, usage: known }] : [];
  });
}
