/** Milliseconds since 1970-01-01T00:00:00Z. The wire takes years 0000 to 9999, so it may be negative. */
export type EpochMs = number;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:([Zz])|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * Reads an RFC 3339 instant with a zone, cut to milliseconds; undefined when it is none: real days only, no leap second, no 24:00.
 * Source: the wire contract.
 */
export function parseInstant(text: string): EpochMs | undefined {
  const match = instantPattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const ofDay =
    Number(hour) * hourMs +
    Number(minute) * minuteMs +
    Number(second) * secondMs +
    Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = (Number(offsetHour) * hourMs + Number(offsetMinute) * minuteMs) * (sign === '-' ? -1 : 1);
  return date.getTime() + ofDay - offset;
}

/** Rows that are worked on together share most of their instants, and to write one is dear. */
const isoTextsMax = 10_000;
const isoTexts = new Map<EpochMs, string>();

export function isoText(at: EpochMs): string {
  const kept = isoTexts.get(at);
  if (kept !== undefined) return kept;
  const text = new Date(at).toISOString();
  if (isoTexts.size >= isoTextsMax) isoTexts.clear();
  isoTexts.set(at, text);
  return text;
}
