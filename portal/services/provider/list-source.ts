import 'server-only';
import type pg from 'pg';
import { escapeIdentifier } from 'pg';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import type { Cursor } from '../../lists/cursor.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { walkOf } from '../../lists/keyset.ts';
import type { Direction } from '../../lists/keyset.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { statement } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readTotalSums } from './large-sums.ts';
import type { RolledSums } from './large-sums.ts';
import { countBound, countMax, countRows, pageOf } from './list-page.ts';
import { splitId } from './row-place.ts';
import type { Page, RowsQuery } from './list-page.ts';
import type { Sums } from './money-sums.ts';

/**
 * A table of tenants' things as a list: ordered by (instant, org, id), each in the same direction, as its indices are. `t` is the row.
 */
export interface ListSource<F, Stored extends pg.QueryResultRow, Row> {
  readonly table: string;
  /** NOT NULL, of millisecond precision. */
  readonly at: string;
  /** Tells rows of one org and instant apart. */
  readonly id: { readonly column: string; readonly type: 'text' | 'bigint' | 'uuid' };
  /** Whether org and id name one row; where they do not, its instant does too. */
  readonly isIdAlone: boolean;
  /** Columns with the values that are asked for. The first that has any is walked by an index, value by value; the others only filter. */
  readonly lists: (filters: F) => Readonly<Record<string, readonly string[]>>;
  /** What else holds of rows where the walk is along that value, so that a partial index can be walked. */
  readonly ofValue?: (filters: F, column: string, value: string) => readonly string[];
  /** Only what is set becomes SQL: a condition that is there but says nothing would cost the index. */
  readonly where: (filters: F, bind: Bind) => readonly string[];
  /** Of a row and what is joined to it. */
  readonly columns: string;
  readonly joins: string;
  /** What its rows come to. */
  readonly sums?: Sums;
  /** What holds of all rows that add anything to these sums, where an index has them by themselves. */
  readonly adding?: string;
  /** Figures of days by which more rows are added up than a total counts, where they mean the same rows. */
  readonly rolledSums?: (filters: F, window: Window | undefined) => RolledSums;
  readonly rowOf: (stored: Stored, key: RowKey) => Row;
}

export interface RowKey {
  /** Names the row in `?row=`: org and id. No org's id has a colon. */
  readonly id: string;
  readonly at: number;
}

interface Keyed {
  readonly sort_at: Date;
  readonly sort_org: string;
  readonly sort_id: string;
}

interface Walked {
  readonly walk: Direction;
  readonly cursor: Cursor | undefined;
  /** A number, or SQL that gives one. */
  readonly limit: number | string;
}

type AnySource<F> = Pick<
  ListSource<F, never, unknown>,
  'table' | 'at' | 'id' | 'isIdAlone' | 'lists' | 'ofValue' | 'where' | 'columns' | 'joins'
>;

type Matching<F> = Pick<ListQuery<F>, 'filters' | 'range'>;

export async function readList<F, Stored extends pg.QueryResultRow, Row extends { readonly key: RowKey }>(
  pool: pg.Pool,
  source: ListSource<F, Stored, Row>,
  query: ListQuery<F>,
): Promise<Page<Row>> {
  const through = now();
  const [found, total, offset] = await Promise.all([
    readRows(pool, source, query),
    readTotal(pool, source, query),
    countBefore(source, query),
  ]);
  return pageOf(found, query, ({ key }) => ({ at: key.at, id: key.id }), { ...total, offset, through });
}

/** How many rows there are, and what they come to. */
async function readTotal<F>(
  pool: pg.Pool,
  source: AnySource<F> & Pick<ListSource<F, never, unknown>, 'sums' | 'adding' | 'rolledSums'>,
  { filters, range }: ListQuery<F>,
) {
  const { sums = {}, adding, rolledSums } = source;
  const window = range?.window;
  const count = await countUpTo(source, { filters, range });
  const rowsOf = (of: AnySource<F>) => (span: Span | undefined, columns: string) => {
    const { values, bind } = createBinder();
    return { text: branchesSql(of, filters, span, bind, undefined, columns).join(' union all '), values };
  };
  const addingOf = adding ? rowsOf({ ...source, where: (...told) => [adding, ...source.where(...told)] }) : undefined;
  const rolled = rolledSums?.(filters, window) ?? {};
  return readTotalSums(pool, { count, sums, rolled, window, rowsOf: rowsOf(source), addingOf });
}

/** The matching rows in the list's order, as many as the bound says. */
export async function readAll<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  source: ListSource<F, Stored, Row>,
  query: Pick<ListQuery<F>, 'filters' | 'range' | 'direction'>,
  limit: number,
): Promise<Row[]> {
  const { values, bind } = createBinder();
  const walked = { walk: query.direction, cursor: undefined, limit };
  const { rows } = await pool.query<Stored & Keyed>(rowsSql(source, query, bind, walked), values);
  return rows.map((stored) => source.rowOf(stored, keyOf(source, stored)));
}

/** Rows by their ids in the URL; what is not there is left out. */
export async function readSome<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  source: ListSource<F, Stored, Row>,
  ids: readonly string[],
): Promise<Row[]> {
  const { values, bind } = createBinder();
  const columns = `${keyColumns(source)}, ${source.columns}`;
  const { rows } = await pool.query<Stored & Keyed>(someSql(source, undefined, ids, bind, columns), values);
  return rows.map((stored) => source.rowOf(stored, keyOf(source, stored)));
}

/** Rows by their ids in the URL, the newest first; with filters only those of the list. */
export function someSql<F>(
  source: AnySource<F>,
  filters: F | undefined,
  ids: readonly string[],
  bind: Bind,
  columns: string,
): string {
  const { table, at, isIdAlone } = source;
  const { column, type } = source.id;
  const places = ids.flatMap((id) => splitId(source, id) ?? []);
  const told = [
    `${bind(places.map(({ org }) => org))}::text[]`,
    `${bind(places.map(({ id }) => id))}::${type}[]`,
    `${bind(places.map((place) => new Date(place.at ?? 0).toISOString()))}::timestamptz[]`,
  ];
  const same = `t.org_id = p.org_id and t.${column} = p.id${isIdAlone ? '' : ` and t.${at} = p.at`}`;
  const conditions = filters === undefined ? [] : source.where(filters, bind);
  return `select ${columns} from unnest(${told.join(', ')}) p (org_id, id, at) join ${table} t on ${same} ${source.joins}
    ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by t.${at} desc, t.org_id desc, t.${column} desc`;
}

/** One row by its id in the URL; undefined where there is none. */
export async function readOne<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  source: ListSource<F, Stored, Row>,
  id: string,
): Promise<Row | undefined> {
  const place = splitId(source, id);
  if (!place) return undefined;
  const { values, bind } = createBinder();
  const conditions = [
    `t.org_id = ${bind(place.org)}`,
    `t.${source.id.column} = ${bind(place.id)}::${source.id.type}`,
    ...(place.at === undefined ? [] : [`t.${source.at} = ${bind(new Date(place.at))}`]),
  ];
  const { rows } = await pool.query<Stored & Keyed>(
    `select ${keyColumns(source)}, ${source.columns} from ${source.table} t ${source.joins} where ${conditions.join(' and ')}`,
    values,
  );
  return rows[0] && source.rowOf(rows[0], keyOf(source, rows[0]));
}

/** The rows of a list in its order, with their columns: for a page, or whole for an export. */
export function rowsSql<F>(
  source: AnySource<F>,
  { filters, range }: Matching<F>,
  bind: Bind,
  walked: Walked,
  columns = `${keyColumns(source)}, ${source.columns}`,
): string {
  const order = (row: string) => ['at', 'org_id', 'id'].map((name) => `${row}.${name} ${walked.walk}`).join(', ');
  const keys = branchesSql(source, filters, range?.window, bind, walked).join('\n union all ');
  const same = `t.org_id = p.org_id and t.${source.id.column} = p.id${source.isIdAlone ? '' : ` and t.${source.at} = p.at`}`;
  return `with page as materialized (select * from (${keys}) u order by ${order('u')} limit ${walked.limit})
    select ${columns} from page p join ${source.table} t on ${same} ${source.joins}
    order by ${order('p')}`;
}

/**
 * A whole list in its order, for what reads it row by row: the first row is there at once. How many rows at most is told where the planner does not
 * see it, since it would rather sort all of them than walk the index for as many.
 */
export function streamSql<F>(
  source: AnySource<F>,
  { filters, range, direction }: Pick<ListQuery<F>, 'filters' | 'range' | 'direction'>,
  bind: Bind,
  told: { readonly rowsMax: number; readonly columns: string; readonly names: readonly string[] },
): string {
  const walked = { walk: direction, cursor: undefined, limit: `(select ${told.rowsMax})` };
  const columns = `${told.columns}, t.${source.at} as sort_at, t.org_id as sort_org, t.${source.id.column} as sort_id`;
  const branches = branchesSql(source, filters, range?.window, bind, walked, columns, source.joins);
  const order = ['sort_at', 'sort_org', 'sort_id'].map((name) => `u.${name} ${direction}`).join(', ');
  return `select ${told.names.map((name) => `u.${escapeIdentifier(name)}`).join(', ')} from (${branches.join('\n union all ')}) u
    order by ${order} limit ${walked.limit}`;
}

/** The keys of the matching rows, one select per branch; with a place and a limit each walks its index no further than the page. */
export function branchesSql<F>(
  source: AnySource<F>,
  filters: F,
  span: Span | undefined,
  bind: Bind,
  walked?: Walked,
  columns = `t.${source.at} as at, t.org_id, t.${source.id.column} as id`,
  joins = '',
): readonly string[] {
  const lists = Object.entries(source.lists(filters)).filter(([, values]) => values.length > 0);
  const [first, ...others] = lists;
  const spans = span
    ? [`t.${source.at} >= ${bind(new Date(span.from))}`, `t.${source.at} < ${bind(new Date(span.to))}`]
    : [];
  const conditions = [
    ...spans,
    ...others.map(([column, values]) => `${column} = any (${bind(values)})`),
    ...source.where(filters, bind),
    ...(walked?.cursor ? [placeOf(source, walked.walk, walked.cursor, bind)] : []),
  ];
  const sorted = [source.at, 'org_id', source.id.column].map((name) => `t.${name} ${walked?.walk}`);
  const tail = walked ? ` order by ${sorted.join(', ')} limit ${walked.limit}` : '';
  const branch = (own: readonly string[]) => {
    const all = [...own, ...conditions];
    return `(select ${columns} from ${source.table} t ${joins}${all.length > 0 ? ` where ${all.join(' and ')}` : ''}${tail})`;
  };
  if (!first) return [branch([])];
  const [column, walkedValues] = first;
  return walkedValues.map((value) =>
    branch([`${column} = ${bind(value)}`, ...(source.ofValue?.(filters, column, value) ?? [])]),
  );
}

async function readRows<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  source: ListSource<F, Stored, Row>,
  query: ListQuery<F>,
): Promise<Row[]> {
  const { values, bind } = createBinder();
  const { cursor, direction, isBefore, size } = query;
  const walked = { walk: walkOf(direction, isBefore), cursor, limit: size + 1 };
  const { rows } = await pool.query<Stored & Keyed>(statement(rowsSql(source, query, bind, walked), values));
  return rows.map((stored) => source.rowOf(stored, keyOf(source, stored)));
}

/** The total of a list, up to its bound. */
export function countUpTo<F>(source: AnySource<F>, query: Matching<F>, bound = countBound) {
  const { text, values } = boundedRows(source, query, bound.rows);
  return countRows(text, values, bound);
}

/** The rows of a list to be counted, of each branch as many as matter. */
export function boundedRows<F>(source: AnySource<F>, { filters, range }: Matching<F>, rowsMax: number): RowsQuery {
  const { values, bind } = createBinder();
  const branches = branchesSql(source, filters, range?.window, bind, undefined, '1');
  const text = branches.map((branch) => `(select 1 from ${branch} b limit ${rowsMax + 1})`).join(' union all ');
  return { text, values };
}

/** How many rows stand before the page, for "51–100 of 8,214". */
async function countBefore<F>(source: AnySource<F>, query: ListQuery<F>): Promise<number | undefined> {
  const { cursor, isBefore, direction, filters, range, size } = query;
  if (!cursor) return 0;
  const { values, bind } = createBinder();
  const walked = { walk: walkOf(direction, true), cursor, limit: countMax + 1 };
  const branches = branchesSql(source, filters, range?.window, bind, walked);
  const counted = await countRows(branches.join(' union all '), values);
  if (!counted || counted.isCapped) return undefined;
  // The cursor's own row ends the page before.
  return isBefore ? Math.max(0, counted.value - size) : counted.value + 1;
}

function placeOf<F>(source: AnySource<F>, walk: Direction, cursor: Cursor, bind: Bind): string {
  const place = splitId(source, cursor.id);
  if (!place) return 'false';
  const told = [bind(new Date(cursor.at)), bind(place.org), `${bind(place.id)}::${source.id.type}`];
  const operator = walk === 'desc' ? '<' : '>';
  return `(t.${source.at}, t.org_id, t.${source.id.column}) ${operator} (${told.join(', ')})`;
}

function keyColumns<F>({ at, id }: AnySource<F>): string {
  return `t.${at} as sort_at, t.org_id as sort_org, t.${id.column}::text as sort_id`;
}

function keyOf(
  { isIdAlone }: { readonly isIdAlone: boolean },
  { sort_at: told, sort_org: org, sort_id: id }: Keyed,
): RowKey {
  const at = told.getTime();
  return { id: isIdAlone ? `${org}:${id}` : `${org}:${at}:${id}`, at };
}
