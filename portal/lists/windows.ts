import { hourMs, minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { addDays, dayOf, startOfDay, utc } from './zones.ts';
import type { CalendarDay } from './zones.ts';

/** Half-open. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A window and what it is compared with. */
export interface Window extends Span {
  readonly previous: Span;
  /** The running day, where the window is of whole days up to it: it is told apart. */
  readonly today?: Span;
}

export const presets = ['24h', 'today', 'yesterday', '7d', '30d', '90d', 'mtd', 'lastmonth', 'qtd', 'ytd'] as const;
export type Preset = (typeof presets)[number];

export function isPreset(word: string): word is Preset {
  return presets.some((preset) => preset === word);
}

/** Every window of the portal. 7d, 30d and 90d are whole UTC days ending yesterday; what runs to now is compared with the same span before. */
export function presetWindow(preset: Preset, now: EpochMs, zone: string): Window {
  const today = dayOf(now, zone);
  switch (preset) {
    case '24h':
      return rolling(now);
    case 'today':
      return toDate(startOfDay(today, zone), startOfDay(addDays(today, -1), zone), now);
    case 'yesterday':
      return days(addDays(today, -1), 1, zone);
    case '7d':
    case '30d':
    case '90d':
      return wholeDays(Number(preset.slice(0, -1)), now);
    case 'mtd':
      return toDate(monthStart(today, 0, zone), monthStart(today, -1, zone), now);
    case 'lastmonth':
      return {
        from: monthStart(today, -1, zone),
        to: monthStart(today, 0, zone),
        previous: { from: monthStart(today, -2, zone), to: monthStart(today, -1, zone) },
      };
    case 'qtd': {
      const intoQuarter = (today.month - 1) % 3;
      return toDate(monthStart(today, -intoQuarter, zone), monthStart(today, -intoQuarter - 3, zone), now);
    }
    case 'ytd':
      return toDate(
        startOfDay({ year: today.year, month: 1, day: 1 }, zone),
        startOfDay({ year: today.year - 1, month: 1, day: 1 }, zone),
        now,
      );
  }
}

/** Days of a zone, both included, as a half-open span of instants. */
export function daysWindow(first: CalendarDay, last: CalendarDay, zone: string): Window {
  return withPrevious({ from: startOfDay(first, zone), to: startOfDay(addDays(last, 1), zone) });
}

/** Equal parts of a window, for bars and sparklines. */
export function bucketMs({ from, to }: Span, buckets: number): number {
  return Math.max(1, Math.ceil((to - from) / buckets));
}

// Begins on a whole minute, so that a figure and the list it links to mean the same span when both are opened within it.
function rolling(now: EpochMs): Window {
  const to = Math.floor(now / minuteMs) * minuteMs + minuteMs;
  return withPrevious({ from: to - 24 * hourMs, to });
}

function wholeDays(count: number, now: EpochMs): Window {
  const today = dayOf(now, utc);
  return { ...days(addDays(today, -count), count, utc), today: { from: startOfDay(today, utc), to: now } };
}

function days(first: CalendarDay, count: number, zone: string): Window {
  return {
    from: startOfDay(first, zone),
    to: startOfDay(addDays(first, count), zone),
    previous: { from: startOfDay(addDays(first, -count), zone), to: startOfDay(first, zone) },
  };
}

function toDate(from: EpochMs, previousFrom: EpochMs, now: EpochMs): Window {
  const elapsed = now - from;
  return { from, to: now, previous: { from: previousFrom, to: Math.min(previousFrom + elapsed, from) } };
}

function withPrevious(span: Span): Window {
  return { ...span, previous: { from: span.from - (span.to - span.from), to: span.from } };
}

function monthStart({ year, month }: CalendarDay, months: number, zone: string) {
  const date = new Date(Date.UTC(year, month - 1 + months, 1));
  return startOfDay({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: 1 }, zone);
}
