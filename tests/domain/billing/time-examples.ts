import { openZone, type Zone } from '#domain/billing/zones';
import { parseInstant, type EpochMs } from '#domain/instants';

/** `2026-03-29T00:00Z` in milliseconds. */
export function utc(text: string): EpochMs {
  const at = parseInstant(text.replace(/(T\d\d:\d\d)Z$/, '$1:00Z'));
  if (at === undefined) throw new Error(`not an instant: ${text}`);
  return at;
}

export function zone(name: string): Zone {
  const opened = openZone(name);
  if (!opened) throw new Error(`not a zone: ${name}`);
  return opened;
}

export const instantText = (at: EpochMs): string => new Date(at).toISOString().replace(/:00\.000Z$/, 'Z');
