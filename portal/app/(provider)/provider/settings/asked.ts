import { pageSizes } from '../../../../lists/url-grammar.ts';
import type { PageSize, RawParams } from '../../../../lists/url-grammar.ts';
import type { WalkedPlace } from '../../../../services/provider/walked-source.ts';

/** What the URL of a page with short lists asks for. */
export interface Asked {
  readonly q: string | undefined;
  readonly size: PageSize;
  /** What narrows the lists. */
  readonly filters: URLSearchParams;
  /** These, and where in which list. */
  readonly params: URLSearchParams;
}

const wordsMax = 200;
const usualSize = 50;
/** The number of a page, or the row that it begins after or ends before. */
const placeShape = /^([1-9]\d{0,3}|(after|before)\.[\w-]{1,1500})$/;

/** Reads the words, the page's own filters with the values they may have, and the places in its lists; what is unknown is left out. */
export function readAsked(
  raw: RawParams,
  lists: readonly string[],
  allowed: Readonly<Record<string, readonly string[]>> = {},
): Asked {
  const text = (name: string) => {
    const value = raw[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const q = text('q')?.trim().slice(0, wordsMax) || undefined;
  const filters = new URLSearchParams(q === undefined ? {} : { q });
  for (const [name, values] of Object.entries(allowed)) {
    const value = text(name);
    if (value !== undefined && values.includes(value)) filters.set(name, value);
  }
  const params = new URLSearchParams(filters);
  const size = pageSizes.find((one) => String(one) === text('size'));
  if (size !== undefined) params.set('size', String(size));
  for (const name of lists) {
    const place = text(name);
    if (place !== undefined && placeShape.test(place)) params.set(name, place);
  }
  return { q, size: size ?? usualSize, filters, params };
}

/** The filters of a file that is narrowed by words alone. */
export function readWords(raw: RawParams) {
  const { q, filters } = readAsked(raw, []);
  return { filters: { q }, params: filters.toString() };
}

/** Where the page of a list begins that is walked by its keys. */
export function walkedPlace({ size, params }: Pick<Asked, 'size' | 'params'>, name: string): WalkedPlace {
  const [way, key] = (params.get(name) ?? '').split('.');
  return { size, cursor: key === undefined ? undefined : { key, isBefore: way === 'before' } };
}

/** The rows whose text has the words, whatever their case. */
export function matching<Row>(
  rows: readonly Row[],
  q: string | undefined,
  textOf: (row: Row) => string,
): readonly Row[] {
  const wanted = q?.toLowerCase();
  return wanted === undefined ? rows : rows.filter((row) => textOf(row).toLowerCase().includes(wanted));
}

/** One page of a list that is there whole; behind its last page stands the last. */
export function pageOf<Row>(rows: readonly Row[], { size, params }: Pick<Asked, 'size' | 'params'>, name: string) {
  const last = Math.max(1, Math.ceil(rows.length / size));
  const number = Math.min(last, Number(params.get(name) ?? 1));
  const offset = (number - 1) * size;
  return { rows: rows.slice(offset, offset + size), size, number, offset, hasNext: number < last };
}
