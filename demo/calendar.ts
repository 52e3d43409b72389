import { dayMs, type EpochMs } from '#domain/instants';
import { addMonths, dateOfDay, dayNumberOf, type LocalDate } from '#domain/local-dates';

/** The days of a story, in UTC, with the month that each is of, counted from 0. */
export interface StoryDay {
  readonly date: LocalDate;
  readonly start: EpochMs;
  readonly month: number;
  readonly dayOfMonth: number;
}

export interface StoryCalendar {
  readonly days: readonly StoryDay[];
  /** The instant of a scripted step, told by its month of the story, counted from 0, and its day in it. */
  readonly at: (month: number, day: number) => EpochMs;
}

/** How many months the scripts have. */
export const storyMonths = 13;
const dayOfScriptMax = 28;
const noonMs = dayMs / 2;

/** All months up to a day. */
export function historyUntil(until: LocalDate): StoryCalendar {
  const first = firstOf(addMonths(until, 1 - storyMonths));
  return {
    days: daysBetween(first, until),
    at: (month, day) => Date.parse(addMonths(first, month)) + (day - 1) * dayMs + noonMs,
  };
}

/** One month, `YYYY-MM`: the scripts of all months are told within it. */
export function singleMonth(month: string): StoryCalendar {
  const first = `${month}-01`;
  const days = daysBetween(first, dateOfDay(dayNumberOf(addMonths(first, 1)) - 1));
  const stepMs = Math.floor((days.length * dayMs) / (storyMonths * dayOfScriptMax));
  return {
    days,
    at: (of, day) => Date.parse(first) + (of * dayOfScriptMax + day - 1) * stepMs,
  };
}

function daysBetween(first: LocalDate, last: LocalDate): StoryDay[] {
  const count = dayNumberOf(last) - dayNumberOf(first) + 1;
  let month = 0;
  return Array.from({ length: count }, (_, index) => {
    const date = dateOfDay(dayNumberOf(first) + index);
    const dayOfMonth = Number(date.slice(8));
    if (index > 0 && dayOfMonth === 1) month += 1;
    return { date, start: Date.parse(date), month, dayOfMonth };
  });
}

function firstOf(date: LocalDate): LocalDate {
  return `${date.slice(0, 7)}-01`;
}
