import { openZone, type Zone } from '#domain/billing/zones';

const opened = new Map<string, Zone>();

/**
 * A zone, opened once in a process. @throws Error for a name that this runtime does not know: the catalogue took it, so another release of
 * the table of zones did.
 */
export function zoneNamed(name: string): Zone {
  const known = opened.get(name) ?? openZone(name);
  if (!known) throw new Error(`no time zone ${name}`);
  opened.set(name, known);
  return known;
}
