import { dayMs, hourMs, minuteMs, secondMs, type EpochMs } from '../instants.ts';
import { dateOfDay, dayNumberOf, type LocalDate } from '../local-dates.ts';

/** A time zone, opened once and handed on: opening one costs fifty times what asking it does. */
export interface Zone {
  readonly name: string;
  /** What the zone's clocks show beyond UTC at the instant, in milliseconds. */
  readonly offsetMsAt: (at: EpochMs) => number;
}

const offsetText = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** Opens an IANA time zone such as `Europe/Berlin`, by the runtime's own table of zones; undefined for a name it does not know. */
export function openZone(name: string): Zone | undefined {
  const format = formatOf(name);
  return format && { name, offsetMsAt: (at) => readOffset(format.format(at)) };
}

/** The calendar day that the zone's clocks show at the instant. */
export function localDateOf(at: EpochMs, zone: Zone): LocalDate {
  return dateOfDay(Math.floor((at + zone.offsetMsAt(at)) / dayMs));
}

/**
 * The first instant of the local day, also where its midnight does not exist (clocks go forward over it), comes twice,
 * or where the whole day is left out.
 */
export function startOfDay(date: LocalDate, zone: Zone): EpochMs {
  return instantAt(dayNumberOf(date) * dayMs, zone);
}

/** The first instant at which the zone's clocks show a time, told as if they showed UTC, or a later one where they skip it. */
export function instantAt(localMs: number, zone: Zone): EpochMs {
  const before = zone.offsetMsAt(localMs - dayMs);
  const after = zone.offsetMsAt(localMs + dayMs);
  const earliest = localMs - Math.max(before, after);
  const latest = localMs - Math.min(before, after);
  const showsIt = [earliest, latest].find((at) => at + zone.offsetMsAt(at) === localMs);
  return showsIt ?? firstAtOrPast(localMs, earliest, latest, zone);
}

/** The time is skipped: the first instant at which the clocks show it or later. */
function firstAtOrPast(localMs: number, earliest: EpochMs, latest: EpochMs, zone: Zone): EpochMs {
  let low = earliest;
  let high = latest;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (middle + zone.offsetMsAt(middle) >= localMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}

function readOffset(formatted: string): number {
  const [, sign, hours, minutes, seconds = '0'] = offsetText.exec(formatted) ?? [];
  if (sign === undefined) return 0;
  const magnitude = Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * secondMs;
  return sign === '-' ? -magnitude : magnitude;
}
