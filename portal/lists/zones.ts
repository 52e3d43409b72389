import { dayMs, minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { dateFormat } from '../format/date-format.ts';

export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export const utc = 'UTC';

const listed = new Set([utc, ...Intl.supportedValuesOf('timeZone')]);

/** Also an older name of a place; abbreviations beside those that are listed, such as PST, are names here and none in the database. */
export function isTimeZone(zone: string): boolean {
  if (!listed.has(zone) && !zone.includes('/')) return false;
  try {
    dayFormat(zone);
    return true;
  } catch {
    return false;
  }
}

/** The calendar day that an instant lies in, in a zone. */
export function dayOf(instant: EpochMs, zone: string): CalendarDay {
  const parts = dayFormat(zone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day') };
}

function dayFormat(zone: string) {
  return dateFormat(`${zone} parts`, () => ({
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }));
}

/** The instant at which a calendar day begins in a zone. Days and months may lie outside of their range, as in Date.UTC. */
export function startOfDay({ year, month, day }: CalendarDay, zone: string): EpochMs {
  const asUtc = Date.UTC(year, month - 1, day);
  const first = asUtc - offsetMs(asUtc, zone);
  // Near a change of the clock the first guess has the other side's offset, unless it is that change: a day whose midnight was left out begins there.
  const second = asUtc - offsetMs(first, zone);
  return second < first && dayOf(second, zone).day !== dayOf(first, zone).day ? first : second;
}

export function addDays({ year, month, day }: CalendarDay, days: number): CalendarDay {
  const date = new Date(Date.UTC(year, month - 1, day) + days * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const yearMin = 1970;
const yearMax = 2999;

/** `YYYY-MM-DD`, real days only, of years that leave room for the span before within what the database can hold. */
export function parseDay(text: string): CalendarDay | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const told = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  if (told.year < yearMin || told.year > yearMax) return undefined;
  const real = addDays(told, 0);
  return real.year === told.year && real.month === told.month && real.day === told.day ? told : undefined;
}

export function writeDay({ year, month, day }: CalendarDay): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}

function offsetMs(instant: EpochMs, zone: string) {
  if (zone === utc) return 0;
  const name = dateFormat(`${zone} offset`, () => ({ timeZone: zone, timeZoneName: 'longOffset' }))
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '');
  if (!match) return 0;
  return (Number(match[2]) * 60 + Number(match[3])) * minuteMs * (match[1] === '-' ? -1 : 1);
}
