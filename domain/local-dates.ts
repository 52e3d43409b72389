import { dayMs } from './instants.ts';

/** A day of the calendar, `YYYY-MM-DD`, in whatever zone it is meant. */
export type LocalDate = string;

/** Days since 1970-01-01, so that days can be counted. */
export function dayNumberOf(date: LocalDate): number {
  return Date.parse(date) / dayMs;
}

export function dateOfDay(dayNumber: number): LocalDate {
  return new Date(dayNumber * dayMs).toISOString().slice(0, 10);
}

/** Months since the year 0. */
export function monthNumberOf(date: LocalDate): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

/** The same day so many months later, or the last day of a month that has no such day. Counted from one date it never drifts. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const month = monthNumberOf(date) + months;
  const first = firstDayOf(month);
  const daysInMonth = dayNumberOf(firstDayOf(month + 1)) - dayNumberOf(first);
  const day = Math.min(Number(date.slice(8)), daysInMonth);
  return `${first.slice(0, 8)}${String(day).padStart(2, '0')}`;
}

function firstDayOf(monthNumber: number): LocalDate {
  const year = String(Math.floor(monthNumber / 12)).padStart(4, '0');
  return `${year}-${String((monthNumber % 12) + 1).padStart(2, '0')}-01`;
}
