import { dayMs, hourMs, type EpochMs } from '../instants.ts';
import { addMonths, monthNumberOf, type LocalDate } from '../local-dates.ts';
import { localDateOf, startOfDay, type Zone } from './zones.ts';

export type Interval = 'month' | 'year';

/** Half-open: `[start, end)`. */
export interface Period {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Where bounds fall: the anchor is a local date, and months and years are counted from it, so that its day never drifts. */
export interface Cycle {
  readonly anchor: LocalDate;
  readonly interval: Interval;
}

export const monthsOf = { month: 1, year: 12 } as const satisfies Record<Interval, number>;

/** Invoices: the calendar month in the org's zone. */
export const billingMonths: Cycle = { anchor: '2000-01-01', interval: 'month' };

/** How long after a period's end usage is still in time, where an org has no other. */
export const defaultGraceHours = 12;

/** Two zones never differ by more, so a bound this near to another is the same anchor date in another zone. */
const sameBoundMs = 26 * hourMs;

/** Monthly periods that begin on a day of the month, or on the month's last day where it has no such day. */
export function monthlyOn(anchorDay: number): Cycle {
  return { anchor: `2000-01-${String(anchorDay).padStart(2, '0')}`, interval: 'month' };
}

/** The n-th date counted from the anchor, which is number 0. */
export function boundDate({ anchor, interval }: Cycle, n: number): LocalDate {
  return addMonths(anchor, n * monthsOf[interval]);
}

/**
 * The period that holds an instant. A bound is the first instant of its local day; bounds stored before stay, whatever zone
 * they were computed in, and stand for their anchor date: after a change of zone the next period runs from the stored end
 * to the following anchor date in the new zone, so that none is a few hours long.
 */
export function periodAt(cycle: Cycle, zone: Zone, at: EpochMs, storedBounds: readonly EpochMs[]): Period {
  const bounds = [...storedBounds, ...computedAround(cycle, zone, at).filter((bound) => !stands(bound, storedBounds))];
  return {
    start: Math.max(...bounds.filter((bound) => bound <= at)),
    end: Math.min(...bounds.filter((bound) => bound > at)),
  };
}

export function holds({ start, end }: Period, at: EpochMs): boolean {
  return start <= at && at < end;
}

/** Usage that arrives from this instant on is late. */
export function graceEndOf({ end }: Period, graceHours: number): EpochMs {
  return end + graceHours * hourMs;
}

/** What closes a period, or a billing month, is the first slot at or after its end plus grace; later ones find it closed. */
export function isClosedBy(slotAt: EpochMs, period: Period, graceHours: number, wasClosed: boolean): boolean {
  return wasClosed || slotAt >= graceEndOf(period, graceHours);
}

/** Metrics, cohorts, the funnel and the summaries of AI usage: the UTC month, `YYYY-MM`. */
export function utcMonthOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 7);
}

/** The UTC month so many months later. */
export function utcMonthAfter(month: string, months: number): string {
  return addMonths(`${month}-01`, months).slice(0, 7);
}

/** The bounds of a UTC month. */
export function utcMonthPeriod(month: string): Period {
  return { start: Date.parse(`${month}-01`), end: Date.parse(`${utcMonthAfter(month, 1)}-01`) };
}

/** The UTC calendar day of an instant, counted from 1970-01-01. */
export function utcDayOf(at: EpochMs): number {
  return Math.floor(at / dayMs);
}

function computedAround(cycle: Cycle, zone: Zone, at: EpochMs): EpochMs[] {
  const months = monthNumberOf(localDateOf(at, zone)) - monthNumberOf(cycle.anchor);
  const nearest = Math.floor(months / monthsOf[cycle.interval]);
  return [-2, -1, 0, 1, 2].map((step) => startOfDay(boundDate(cycle, nearest + step), zone));
}

function stands(computed: EpochMs, storedBounds: readonly EpochMs[]): boolean {
  return storedBounds.some((stored) => Math.abs(stored - computed) <= sameBoundMs);
}
