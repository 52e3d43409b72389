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
  const midnight = dayNumberOf(date) * dayMs;
  const before = zone.offsetMsAt(midnight - dayMs);
  const after = zone.offsetMsAt(midnight + dayMs);
  const earliest = midnight - Math.max(before, after);
  const latest = midnight - Math.min(before, after);
  const showsMidnight = [earliest, latest].find((at) => at + zone.offsetMsAt(at) === midnight);
  return showsMidnight ?? firstAtOrPast(midnight, earliest, latest, zone);
}

/** Midnight is skipped: the first instant at which the clocks show it or later. */
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
