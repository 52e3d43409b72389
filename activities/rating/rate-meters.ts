import type pg from 'pg';
import type { PeriodUsage } from '#domain/billing/aggregation';
import { graceEndOf, holds, isClosedBy, type Period } from '#domain/billing/periods';
import type { Price } from '#domain/billing/prices';
import { bookedOf, nothingBooked, rate, type BookedPeriod, type UsageLine } from '#domain/billing/rating';
import { compare } from '#domain/decimal';
import { sumMinor } from '#domain/money';
import type { EpochMs } from '#domain/instants';
import { groupBy } from '../billing/group-by.ts';
import type { OrgTerms } from '../billing/load-terms.ts';
import type { DraftLine } from '../billing/write-lines.ts';
import { loadOverage } from './load-overage.ts';
import { loadRatedPeriods, periodsKey, type RatedPeriod, type Stretch } from './load-periods.ts';
import { loadUnrated, type UnratedReason, type UnratedUsage } from './load-unrated.ts';
import { loadUsage, nothingUsed, type ToCount } from './load-usage.ts';
import { overageMeter, spansOf, type Agenda, type Span } from './periods-to-rate.ts';

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
  /** When a period of an org ends or is to be closed next. */
  readonly nextAt: ReadonlyMap<string, EpochMs>;
}

/** Rates the meters' periods that marks or time made due, all orgs of a set with one statement a table. */
export async function rateMeters(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<MeterRatings> {
  const unratedBefore = await loadUnrated(
    client,
    agendas.map(({ terms }) => terms.orgId),
  );
  const asked = agendas.map((agenda) => ({
    agenda,
    spans: spansOf(agenda),
    noted: unratedBefore.get(agenda.terms.orgId) ?? [],
  }));
  const before = await loadRatedPeriods(client, asked.flatMap(stretchesOf));
  const wanted = asked.flatMap((one) => periodsOf(one, before));
  const usages = await usageOf(client, wanted);
  const judged = wanted.map((one, n) => judge(one, usages[n] ?? nothingUsed));
  const rated = judged.flatMap((one) => ('price' in one ? [one] : []));
  const unrated = judged.flatMap((one) => ('reason' in one ? [one] : []));
  return {
    rated: rated.filter(isNews(before)),
    unrated: unrated.filter(isNewsOfUnrated(unratedBefore)),
    settled: settledBy(judged, unratedBefore),
    nextAt: nextInstants(rated, new Map(agendas.map(({ terms, asOf }) => [terms.orgId, asOf]))),
  };
}

interface OrgSpans {
  readonly agenda: Agenda;
  readonly spans: readonly Span[];
  /** What waited for a price before. */
  readonly noted: readonly UnratedUsage[];
}

interface Wanted {
  readonly terms: OrgTerms;
  readonly asOf: EpochMs;
  readonly isMisnamed: boolean;
  readonly meter: string;
  readonly period: Period;
  readonly before: RatedPeriod | undefined;
  readonly graceHours: number;
}

function stretchesOf({ agenda, spans, noted }: OrgSpans): Stretch[] {
  const stretches = new Map<string, Stretch>();
  const { orgId } = agenda.terms;
  for (const { meter, firstAt, lastAt } of [...spans, ...noted.map(spanOf)]) {
    const known = stretches.get(meter) ?? { firstAt, lastAt };
    const bounds = { firstAt: Math.min(firstAt, known.firstAt), lastAt: Math.max(lastAt, known.lastAt) };
    stretches.set(meter, { orgId, meter, ...bounds });
  }
  return [...stretches.values()];
}

type RatedBefore = ReadonlyMap<string, readonly RatedPeriod[]>;

function periodsOf({ agenda, spans, noted }: OrgSpans, before: RatedBefore): Wanted[] {
  const { terms, asOf } = agenda;
  const wanted = new Map<string, Wanted>();
  for (const { meter, firstAt, lastAt, isMisnamed = false } of [...spans, ...spansOfNoted(agenda, noted, before)]) {
    for (let at = firstAt; at <= lastAt;) {
      const { period, known } = periodHolding(agenda, meter, at, before);
      const graceHours = known?.graceHours ?? terms.graceHours;
      const one = { isMisnamed, terms, asOf, meter, period, before: known, graceHours };
      wanted.set(`${meter}/${period.start}/${isMisnamed}`, one);
      at = period.end;
    }
  }
  return [...wanted.values()];
}

/** What waits for a price is counted again once it has one, and where the org's periods are others by now. */
function spansOfNoted(agenda: Agenda, noted: readonly UnratedUsage[], before: RatedBefore): Span[] {
  return noted
    .filter(({ meter, start, end }) => {
      if (meter !== overageMeter && agenda.terms.priceAt(meter, start)) return true;
      const { period } = periodHolding(agenda, meter, start, before);
      return period.start !== start || period.end !== end;
    })
    .map(spanOf);
}

function spanOf({ meter, start, end }: UnratedUsage): Span {
  return { meter, firstAt: start, lastAt: end - 1, isMisnamed: meter === overageMeter };
}

/** A period that was rated before keeps its bounds; what is computed now only fills the room between. */
function periodHolding({ terms, calendar }: Agenda, meter: string, at: EpochMs, before: RatedBefore) {
  const rated = before.get(periodsKey(terms.orgId, meter)) ?? [];
  const known = rated.find((period) => holds(period, at));
  return { known, period: known ? { start: known.start, end: known.end } : between(calendar(at), at, rated) };
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

function toCount({ terms, meter, period, graceHours }: Wanted): ToCount {
  const aggregation = terms.aggregationOf(meter) ?? 'sum';
  return { orgId: terms.orgId, meter, aggregation, period, graceHours };
}

function judge(
  { terms, asOf, meter, period, before, graceHours, isMisnamed }: Wanted,
  usage: PeriodUsage,
): RatedNow | UnratedNow {
  if (isMisnamed) return { terms, meter, period, usage, reason: 'unknown_meter' };
  const price = terms.priceAt(meter, period.start);
  if (!price) return { terms, meter, period, usage, reason: reasonWithoutPrice(terms, meter, period.start) };
  if (before && before.currency !== price.currency && before.bookedMinor !== 0n) {
    throw new Error(`${meter} of ${new Date(period.start).toISOString()} was booked in another currency`);
  }
  const isClosed = isClosedBy(asOf, period, graceHours, before?.isClosed ?? false);
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
function isNews(before: RatedBefore) {
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
    const isCounted = known.usageRows === rowsOf(usage) && compare(known.quantity, usage.quantity) === 0;
    return known.reason !== reason || known.end !== period.end || !isCounted;
  };
}

function nextInstants(rated: readonly RatedNow[], asOf: ReadonlyMap<string, EpochMs>): Map<string, EpochMs> {
  const next = new Map<string, EpochMs>();
  for (const { terms, period, isClosed } of rated) {
    const { orgId, graceHours } = terms;
    if (isClosed) continue;
    const at = period.end > (asOf.get(orgId) ?? Infinity) ? period.end : graceEndOf(period, graceHours);
    next.set(orgId, Math.min(at, next.get(orgId) ?? Infinity));
  }
  return next;
}

/** What was noted goes once all of it is counted in periods that have a price, or in others than then. */
function settledBy(judged: readonly (RatedNow | UnratedNow)[], before: ReadonlyMap<string, readonly UnratedUsage[]>) {
  if (before.size === 0) return [];
  const counted = judged.filter((one) => 'reason' in one || one.meter !== overageMeter);
  const byMeter = groupBy(counted, ({ terms, meter }) => periodsKey(terms.orgId, meter));
  const isSettled = (orgId: string, { meter, start, end }: UnratedUsage) => {
    const now = (byMeter.get(periodsKey(orgId, meter)) ?? []).filter(
      ({ period }) => period.start < end && start < period.end,
    );
    const isKept = now.some((one) => 'reason' in one && one.period.start === start && rowsOf(one.usage) > 0);
    return now.length > 0 && !isKept;
  };
  return [...before].flatMap(([orgId, noted]) =>
    noted.filter((usage) => isSettled(orgId, usage)).map((usage) => ({ orgId, usage })),
  );
}
