import 'server-only';
import { dayMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import { bucketMs } from '../../lists/windows.ts';
import type { Window } from '../../lists/windows.ts';

export const figureParts = 30;

/** Of windows of some days the parts are days too, since a figure of days has no others. */
export function partMs(window: Window, partsMax = figureParts): number {
  const even = bucketMs(window, partsMax);
  return hasDayParts(window) ? Math.ceil(even / dayMs) * dayMs : even;
}

/** Whether a window begins with a UTC day, as the one before it does, and has some days: its parts are days then. */
export function hasDayParts({ from, to, previous }: Window): boolean {
  return startOf(from) === from && startOf(previous.from) === previous.from && to - from >= daysMin * dayMs;
}

const daysMin = 7;

/** When the UTC day of an instant began. */
export function startOf(at: EpochMs): EpochMs {
  return startOfUtcDay(utcDay(at));
}

/** One of each part of a window. */
export function partsOf<T>(window: Window, of: (part: number) => T): readonly T[] {
  const count = Math.ceil((window.to - window.from) / partMs(window));
  return Array.from({ length: count }, (_, part) => of(part));
}

/** In which part an instant lies, as SQL: of `ms` each, the first begins at `from`, and what was before is below 0. */
export function partSql(at: string, from: string, ms: string): string {
  return `floor(extract(epoch from ${at} - ${from}::timestamptz) * 1000 / ${ms}::float8)::int`;
}
