import type { EpochMs } from '#domain/instants';

/** The rows of a set share most of their instants: bounds of periods, the slot. */
const textsKeptMax = 10_000;
const textsKept = new Map<EpochMs, string>();

/** An instant as Postgres reads it. Postgres has no year 0: it is 1 BC there. */
export function instantText(epochMs: EpochMs): string {
  const kept = textsKept.get(epochMs);
  if (kept !== undefined) return kept;
  const text = written(epochMs);
  if (textsKept.size >= textsKeptMax) textsKept.clear();
  textsKept.set(epochMs, text);
  return text;
}

function written(epochMs: EpochMs): string {
  const date = new Date(epochMs);
  const iso = date.toISOString();
  const year = date.getUTCFullYear();
  if (year > 0 && year <= 9_999) return iso;
  const rest = iso.replace(/^[+-]?\d+/, '');
  return year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

export function optionalInstantText(epochMs: EpochMs | undefined): string | undefined {
  return epochMs === undefined ? undefined : instantText(epochMs);
}
