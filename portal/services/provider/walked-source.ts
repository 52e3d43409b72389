import 'server-only';
import type pg from 'pg';
import { z } from 'zod';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import { walkOf } from '../../lists/keyset.ts';
import type { Direction } from '../../lists/keyset.ts';
import { defaultSize } from '../../lists/url-grammar.ts';
import { countMax, countRows } from './list-page.ts';
import type { Count } from './list-page.ts';

/** A list of what is not an organisation's: ordered by keys of its own, which together name a row, and walked by them. */
export interface WalkedSource<F, Stored extends pg.QueryResultRow, Row> {
  /** With what is joined. */
  readonly from: string;
  readonly columns: string;
  /** NOT NULL, all in the list's direction; the last tells rows apart. */
  readonly keys: readonly SourceKey[];
  readonly direction: Direction;
  readonly where: (filters: F, bind: Bind) => readonly string[];
  readonly rowOf: (stored: Stored) => Row;
}

interface SourceKey {
  readonly sql: string;
  readonly type: keyof typeof shapes;
  /** It places a row and may be another by the time that the row is asked for again: the rest name it. */
  readonly isChanging?: true;
}

/** Where a page of it begins. */
export interface WalkedPlace {
  readonly size: number;
  readonly cursor?: { readonly key: string; readonly isBefore: boolean } | undefined;
}

export interface WalkedPage<Row> {
  /** Each with the key that names it. */
  readonly rows: readonly (Row & { readonly key: string })[];
  readonly next: string | undefined;
  readonly previous: string | undefined;
  readonly count: Count;
  readonly offset: number | undefined;
}

export const firstPlace: WalkedPlace = { size: defaultSize };

/** What a key may be, so that none that somebody wrote is an error of the database. */
const shapes = {
  text: /^[^\0]*$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^\d{1,18}$/,
  boolean: /^(true|false)$/,
  timestamptz: /^(-infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?)$/,
} as const;
const Key = z.array(z.string().max(320));

type AnySource<F> = Pick<WalkedSource<F, never, unknown>, 'from' | 'keys' | 'direction' | 'where'>;

export async function readWalked<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  source: WalkedSource<F, Stored, Row>,
  filters: F,
  { size, cursor: asked }: WalkedPlace,
): Promise<WalkedPage<Row>> {
  const at = asked && decode(source, asked.key);
  const isBefore = at !== undefined && asked?.isBefore === true;
  const [found, count, offset] = await Promise.all([
    readRows(pool, source, filters, { at, walk: walkOf(source.direction, isBefore), limit: size + 1 }),
    countWalked(source, filters),
    at ? countBefore(source, filters, { at, isBefore, size }) : 0,
  ]);
  const shown = found.slice(0, size);
  if (isBefore) shown.reverse();
  const rows = shown.map((stored) => ({ ...source.rowOf(stored), key: encode(stored.walked_key) }));
  const hasMore = found.length > size;
  const [first, last] = [shown.at(0), shown.at(-1)];
  return {
    rows,
    next: (isBefore || hasMore) && last ? encode(last.walked_key) : undefined,
    previous: (isBefore ? hasMore : at) && first ? encode(first.walked_key) : undefined,
    count: count ?? { value: rows.length, isCapped: true },
    offset,
  };
}

interface Walk {
  readonly at: readonly string[] | undefined;
  readonly walk: Direction;
  readonly limit: number;
}

async function readRows<F, Stored extends pg.QueryResultRow>(
  pool: pg.Pool,
  source: WalkedSource<F, Stored, unknown>,
  filters: F,
  { at, walk, limit }: Walk,
) {
  const { values, bind } = createBinder();
  const conditions = [...source.where(filters, bind), ...(at ? [beyond(source, at, walk, bind)] : [])];
  const keys = source.keys.map(({ sql }) => `(${sql})::text`).join(', ');
  const { rows } = await pool.query<Stored & { walked_key: string[] }>(
    `select ${source.columns}, array[${keys}] as walked_key from ${source.from} ${whereOf(conditions)}
     order by ${orderOf(source, walk)} limit ${limit}`,
    values,
  );
  return rows;
}

export function countWalked<F>(source: AnySource<F>, filters: F): Promise<Count | undefined> {
  const { values, bind } = createBinder();
  return countRows(`select 1 from ${source.from} ${whereOf(source.where(filters, bind))}`, values);
}

/** The rows of the list as a statement: all that the filters have, or those that are named, wherever they stand by now. */
export function walkedSql<F>(
  source: AnySource<F>,
  filters: F | undefined,
  named: readonly string[] | undefined,
  bind: Bind,
  { columns, rowsMax }: { readonly columns: string; readonly rowsMax: number },
): string {
  const places = named?.flatMap((key) => {
    const place = decode(source, key);
    return place ? [rowValue(source, place, bind, isLasting)] : [];
  });
  const conditions = [
    ...(filters === undefined ? [] : source.where(filters, bind)),
    ...(places ? [places.length === 0 ? 'false' : `${keysOf(source, isLasting)} in (${places.join(', ')})`] : []),
  ];
  return `select ${columns} from ${source.from} ${whereOf(conditions)} order by ${orderOf(source, source.direction)} limit ${rowsMax}`;
}

/** What tells the named row apart; undefined for what is no key of the list. */
export function lastKeyOf<F>(source: AnySource<F>, key: string): string | undefined {
  return decode(source, key)?.at(-1);
}

/** How many rows stand before the page: those up to the cursor's own row, which may be gone by now, or those before it less the page that it ends. */
async function countBefore<F>(
  source: AnySource<F>,
  filters: F,
  { at, isBefore, size }: { readonly at: readonly string[]; readonly isBefore: boolean; readonly size: number },
): Promise<number | undefined> {
  const { values, bind } = createBinder();
  const before = beyond(source, at, walkOf(source.direction, true), bind);
  const upTo = isBefore ? before : `(${before} or ${keysOf(source)} = ${rowValue(source, at, bind)})`;
  const conditions = [...source.where(filters, bind), upTo];
  const counted = await countRows(`select 1 from ${source.from} ${whereOf(conditions)} limit ${countMax + 1}`, values);
  if (!counted || counted.isCapped) return undefined;
  return isBefore ? Math.max(0, counted.value - size) : counted.value;
}

function beyond<F>(source: AnySource<F>, key: readonly string[], walk: Direction, bind: Bind): string {
  return `${keysOf(source)} ${walk === 'desc' ? '<' : '>'} ${rowValue(source, key, bind)}`;
}

const isAny = (_key: SourceKey): boolean => true;

function isLasting({ isChanging }: SourceKey): boolean {
  return !isChanging;
}

function keysOf<F>({ keys }: AnySource<F>, isOf = isAny): string {
  return `(${keys
    .filter(isOf)
    .map(({ sql }) => sql)
    .join(', ')})`;
}

function rowValue<F>({ keys }: AnySource<F>, key: readonly string[], bind: Bind, isOf = isAny): string {
  const values = keys.flatMap((one, at) => (isOf(one) ? [`${bind(key[at] ?? '')}::${one.type}`] : []));
  return `(${values.join(', ')})`;
}

function orderOf<F>({ keys }: AnySource<F>, walk: Direction): string {
  return keys.map(({ sql }) => `${sql} ${walk}`).join(', ');
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

function encode(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Undefined for what is no key of the list. */
function decode<F>({ keys }: AnySource<F>, text: string): readonly string[] | undefined {
  const key = Key.safeParse(jsonOf(Buffer.from(text, 'base64url').toString())).data;
  const isKey = key?.length === keys.length && keys.every(({ type }, at) => shapes[type].test(key[at] ?? ''));
  return isKey ? key : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
