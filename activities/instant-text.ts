import { isoText, type EpochMs } from '#domain/instants';

/** An instant as Postgres reads it. Postgres has no year 0: it is 1 BC there. */
export function instantText(epochMs: EpochMs): string {
  const iso = isoText(epochMs);
  if (/^\d{4}-/.test(iso) && !iso.startsWith('0000')) return iso;
  const year = new Date(epochMs).getUTCFullYear();
  const rest = iso.replace(/^[+-]?\d+/, '');
  return year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

export function optionalInstantText(epochMs: EpochMs | undefined): string | undefined {
  return epochMs === undefined ? undefined : instantText(epochMs);
}

/** SQL of an instant as a number of milliseconds. By `date_part`, which is a float already: `extract` is a numeric that costs to be made and read. */
export function msOf(column: string): string {
  return `round(date_part('epoch', ${column}) * 1000)`;
}
