import { z } from 'zod';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../instants.ts';
import { issuesOf, type Parsed } from '../issues.ts';
import { dateOfDay, dayNumberOf } from '../local-dates.ts';
import { instantAt, localDateOf, openZone, type Zone } from './zones.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const spansMax = 8;
const holidaysMax = 1_000;
/** With less, a target of days would lie years ahead. */
const weeklyMsMin = hourMs;

const spanText = 'Must be hours such as 09:00-17:30, the end after the beginning and 24:00 at most';
const span = z.string().refine((text) => readSpan(text) !== undefined, { error: spanText });
const spans = z
  .array(span)
  .max(spansMax)
  .refine((list) => list.every((text, index) => index === 0 || beginsAfter(text, list[index - 1])), {
    error: 'Must ascend, none into the next',
  });
const day = z.iso.date({ error: 'Must be a day such as 2026-12-25' });

const hoursSchema = z.strictObject({
  timeZone: z
    .string()
    .refine((name) => openZone(name) !== undefined, { error: 'Must be a time zone such as Europe/Berlin' }),
  weekly: z
    .partialRecord(z.enum(weekdays), spans, { error: `Must have spans of hours by ${weekdays.join(', ')}` })
    .refine(
      (weekly) =>
        Object.values(weekly)
          .flat()
          .reduce((sum, text) => sum + lengthOf(text), 0) >= weeklyMsMin,
      {
        error: 'Must have an hour a week at least',
      },
    ),
  holidays: z
    .array(day)
    .max(holidaysMax)
    .transform((days) => [...new Set(days)].toSorted())
    .default([]),
});

/** The hours in which an organisation works, as its catalogue entry says them. */
export type BusinessHours = z.output<typeof hoursSchema>;

export function parseBusinessHours(value: unknown): Parsed<BusinessHours> {
  const result = hoursSchema.safeParse(value);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: issuesOf(result.error) };
}

/** Whoever judges an org's incidents holds its hours still by this key, shared; whoever changes them takes it alone. */
export function hoursLockKey(orgId: string): string {
  return JSON.stringify(['business-hours', orgId]);
}

/** Half-open; without an end it goes on. */
export interface RunSpan {
  readonly from: EpochMs;
  readonly to?: EpochMs | undefined;
}

/**
 * The first instant at which a clock that runs in business hours only has run so long, over the spans in which it was not stopped: the last of
 * them is taken to go on. Weekly hours are what the zone's clocks show, so a day on which they change may be longer or shorter.
 */
export function reachedAt(hours: BusinessHours, spans: readonly RunSpan[], targetMs: number): EpochMs | undefined {
  const zone = openZone(hours.timeZone);
  if (!zone) return undefined;
  const holidays = new Set(hours.holidays);
  let leftMs = targetMs;
  for (const [index, { from, to = Infinity }] of spans.entries()) {
    const end = index === spans.length - 1 ? Infinity : to;
    // A week has an hour at least, so this ends.
    for (let dayNumber = dayNumberOf(localDateOf(from, zone)); ; dayNumber += 1) {
      const open = openSpans(hours, holidays, dayNumber, zone).map((one) => within(one, from, end));
      for (const [opens, closes] of open) {
        if (closes - opens >= leftMs) return opens + leftMs;
        leftMs -= closes - opens;
      }
      if (end !== Infinity && instantAt((dayNumber + 1) * dayMs, zone) >= end) break;
    }
  }
  return undefined;
}

/** What is open on a local day, as instants. */
function openSpans(
  { weekly }: BusinessHours,
  holidays: ReadonlySet<string>,
  dayNumber: number,
  zone: Zone,
): readonly (readonly [EpochMs, EpochMs])[] {
  // 1970-01-01 was a Thursday.
  const weekday = weekdays[(((dayNumber + 3) % 7) + 7) % 7] ?? 'mon';
  const told = weekly[weekday] ?? [];
  if (told.length === 0 || holidays.has(dateOfDay(dayNumber))) return [];
  return told.flatMap((text) => {
    const read = readSpan(text);
    return read
      ? [[instantAt(dayNumber * dayMs + read[0], zone), instantAt(dayNumber * dayMs + read[1], zone)] as const]
      : [];
  });
}

function within([opens, closes]: readonly [EpochMs, EpochMs], from: EpochMs, to: EpochMs) {
  const begins = Math.max(opens, from);
  return [begins, Math.max(begins, Math.min(closes, to))] as const;
}

function readSpan(text: string): readonly [number, number] | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = /^(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)$/.exec(text) ?? [];
  const from = Number(fromHour) * hourMs + Number(fromMinute) * minuteMs;
  const to = Number(toHour) * hourMs + Number(toMinute) * minuteMs;
  return from < to && to <= dayMs ? [from, to] : undefined;
}

function lengthOf(text: string): number {
  const [from, to] = readSpan(text) ?? [0, 0];
  return to - from;
}

function beginsAfter(text: string, before = ''): boolean {
  return (readSpan(text)?.[0] ?? 0) >= (readSpan(before)?.[1] ?? 0);
}
