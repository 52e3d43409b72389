import 'server-only';
import type pg from 'pg';
import { z } from 'zod';
import { isTooSlow } from '#domain/database-errors';
import { inTenants } from '#prisma/pool';
import { encodeCursor } from '../../lists/cursor.ts';
import type { Cursor, CursorScope } from '../../lists/cursor.ts';
import { database, statement, totalsPool, totalsSettings } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { Failed, tried } from '../../server/tried.ts';
import type { SumName } from '../../metrics/metric.ts';
import type { ToldSums } from './money-sums.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Cursors of the neighbouring pages. */
  readonly next: string | undefined;
  readonly previous: string | undefined;
  readonly count: Count;
  /** How many rows stand before this page; undefined where that took too long to count. */
  readonly offset: number | undefined;
  /** When this was read. */
  readonly through: number;
  /** What all of its rows come to, and which of it takes too long to be added up. */
  readonly sums?: ToldSums | undefined;
  readonly unsummed?: readonly SumName[] | undefined;
  /** Why it has no rows, where that is because they could not be read. */
  readonly failed?: Failed;
}

/** A total that is counted up to its bound and no further. */
export interface Count {
  readonly value: number;
  readonly isCapped: boolean;
  /** How many there are in all, as the planner expects. */
  readonly estimate?: number;
}

export interface CountBound {
  readonly rows: number;
  /** Where counting may take longer than a total may. */
  readonly timeoutMs?: number;
}

export const countMax = 10_000;
/** Of the totals that pages print. */
export const countBound: CountBound = { rows: countMax };

interface Place {
  readonly size: number;
  readonly cursor: Cursor | undefined;
  readonly isBefore: boolean;
  readonly scope: CursorScope;
}

interface Told {
  readonly count: Count | undefined;
  readonly offset: number | undefined;
  readonly through: number;
  readonly sums?: ToldSums | undefined;
  readonly unsummed?: readonly SumName[] | undefined;
}

/** A page from one row more than it has, found in the walk's order. */
export function pageOf<Row>(
  found: readonly Row[],
  { size, cursor, isBefore, scope }: Place,
  cursorOf: (row: Row) => Cursor,
  { count, offset, through, sums, unsummed }: Told,
): Page<Row> {
  const hasMore = found.length > size;
  const rows = found.slice(0, size);
  if (isBefore) rows.reverse();
  const [first, last] = [rows.at(0), rows.at(-1)];
  const hasPrevious = isBefore ? hasMore : cursor !== undefined;
  const hasNext = isBefore ? cursor !== undefined : hasMore;
  return {
    rows,
    next: hasNext && last ? encodeCursor(cursorOf(last), scope) : undefined,
    previous: hasPrevious && first ? encodeCursor(cursorOf(first), scope) : undefined,
    count: count ?? { value: rows.length, isCapped: true },
    offset,
    through,
    sums,
    unsummed,
  };
}

/** A page as it was read, or one that says why not: what stands around it stands all the same. */
export async function triedPage<Row>(read: Promise<Page<Row>>): Promise<Page<Row>> {
  const page = await tried(read);
  if (!(page instanceof Failed)) return page;
  return {
    rows: [],
    next: undefined,
    previous: undefined,
    count: { value: 0, isCapped: false },
    offset: undefined,
    through: now(),
    failed: page,
  };
}

/** A query for rows of which only the number matters. */
export interface RowsQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How many rows a query gives, up to the bound; undefined where counting took longer than it may. */
export async function countRows(
  text: string,
  values: readonly unknown[],
  bound = countBound,
): Promise<Count | undefined> {
  return (await countEach([{ text, values }], bound))?.[0];
}

/** How many rows each gives, in one statement: together they may take as long as one. */
export async function countEach(
  queries: readonly RowsQuery[],
  { rows: rowsMax, timeoutMs } = countBound,
): Promise<readonly Count[] | undefined> {
  const all: unknown[] = [];
  const counts = queries.map(({ text, values }, at) => {
    const before = all.length;
    all.push(...values);
    const rows = text.replaceAll(/\$(\d+)/g, (_, place) => `$${Number(place) + before}`);
    return `select ${at} as at, count(*)::int as count from (select 1 from (${rows}) u limit ${rowsMax + 1}) c`;
  });
  const rows = await withinTime<{ at: number; count: number }>(counts.join(' union all '), all, timeoutMs);
  const found = rows && new Map(rows.map(({ at, count }) => [at, count]));
  return (
    found &&
    queries.map((_, at) => {
      const count = found.get(at) ?? 0;
      return { value: Math.min(count, rowsMax), isCapped: count > rowsMax };
    })
  );
}

/** How many rows the planner expects of a query, which it does not run. */
export async function estimateRows(pool: pg.Pool, rowsText: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await pool.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${rowsText}`, [...values]);
  return Plans.parse(rows[0]?.['QUERY PLAN'])[0]?.Plan['Plan Rows'] ?? 0;
}

const Plans = z.array(z.object({ Plan: z.object({ 'Plan Rows': z.number() }) }));

/** What a statement gives, or undefined where that takes longer than it may. */
export async function withinTime<R extends pg.QueryResultRow>(
  text: string,
  values: readonly unknown[],
  timeoutMs?: number,
): Promise<R[] | undefined> {
  try {
    const { rows } =
      timeoutMs === undefined
        ? await totalsPool().query<R>(statement(text, values))
        : await inTenants(database().pool, [], (client) => client.query<R>(text, [...values]), {
            ...totalsSettings,
            statement_timeout: `${timeoutMs}ms`,
          });
    return rows;
  } catch (error) {
    if (isTooSlow(error)) return undefined;
    throw error;
  }
}

/** A whole number of the database, which may be none. */
export function bigOf(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}
