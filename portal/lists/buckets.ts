import { dayMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';

/** What roll-ups are of: UTC days, `YYYY-MM-DD`, half-open. */
export interface DaySpan {
  readonly from: string;
  readonly until: string;
}

export const intervals = ['day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

export function utcDay(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function startOfUtcDay(day: string): EpochMs {
  return Date.parse(`${day}T00:00:00Z`);
}

export function plusDays(day: string, days: number): string {
  return utcDay(startOfUtcDay(day) + days * dayMs);
}

/** The first day of the UTC month so many months later. */
export function monthAfter(day: string, months: number): string {
  return utcDay(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months, 1));
}

/** The bucket that a day lies in: weeks begin on Monday. */
export function bucketStart(day: string, interval: Interval): string {
  if (interval === 'day') return day;
  if (interval === 'month') return `${day.slice(0, 7)}-01`;
  const weekday = (new Date(startOfUtcDay(day)).getUTCDay() + 6) % 7;
  return plusDays(day, -weekday);
}

export function nextBucket(start: string, interval: Interval): string {
  if (interval === 'month') return monthAfter(start, 1);
  return plusDays(start, interval === 'week' ? 7 : 1);
}

/** The whole buckets that hold a span, the last one perhaps not over yet. */
export function bucketsOf({ from, until }: DaySpan, interval: Interval): DaySpan[] {
  const buckets: DaySpan[] = [];
  for (let start = bucketStart(from, interval); start < until;) {
    const next = nextBucket(start, interval);
    buckets.push({ from: start, until: next });
    start = next;
  }
  return buckets;
}

/** Buckets one after another as what sums up days takes them. */
export function startsOf(buckets: readonly DaySpan[]): { readonly starts: readonly string[]; readonly until: string } {
  return { starts: buckets.map(({ from }) => from), until: buckets.at(-1)?.until ?? '1970-01-01' };
}

/** The first day of the bucket so many buckets before the one that holds a day. */
export function bucketsBefore(day: string, interval: Interval, count: number): string {
  const start = bucketStart(day, interval);
  if (interval === 'month') return monthAfter(start, -count);
  return plusDays(start, -count * (interval === 'week' ? 7 : 1));
}

/** The last so many months, the running one included. */
export function lastMonths(count: number, at: EpochMs): DaySpan {
  const month = bucketStart(utcDay(at), 'month');
  return { from: monthAfter(month, 1 - count), until: monthAfter(month, 1) };
}
