import { hourMs, parseInstant, type EpochMs } from '../instants.ts';

/** From ever on. */
export const always: EpochMs = -Infinity;

/**
 * A day begins first in the zones that are furthest ahead. An entry of that day holds from then on, so that a period that begins on it is
 * under the entry in every zone; only where clocks are 10 hours and more behind is one that begins on the day before.
 */
const furthestAheadMs = 14 * hourMs;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a day or an instant of the catalogue, from 1970 on; undefined when it is neither. */
export function readDate(value: unknown): EpochMs | undefined {
  if (typeof value !== 'string') return undefined;
  const isDay = dayPattern.test(value);
  const at = parseInstant(isDay ? `${value}T00:00:00Z` : value);
  if (at === undefined || at < 0) return undefined;
  return isDay ? at - furthestAheadMs : at;
}

/** The shortest text that reads as the instant. */
export function dateText(at: EpochMs): string {
  const [day, time] = new Date(at + furthestAheadMs).toISOString().split('T');
  return time === '00:00:00.000Z' && day !== undefined ? day : new Date(at).toISOString();
}
