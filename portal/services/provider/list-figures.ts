import 'server-only';
import type pg from 'pg';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import { bucketMs } from '../../lists/windows.ts';
import type { Window } from '../../lists/windows.ts';
import { branchesSql } from './list-source.ts';

/** An amount per currency: currencies are never added. */
export interface Money {
  readonly currency: string;
  readonly minor: bigint;
}

/** A count of a list's rows and what they come to; over a window also of the window before it and of its parts. */
export interface ListFigure {
  readonly count: number;
  readonly previous: number;
  readonly parts: readonly number[];
  readonly sums: readonly Money[];
  readonly previousSums: readonly Money[];
}

/** Columns of a row whose sum is told beside its count. */
export interface Summed {
  readonly minor: string;
  readonly currency: string;
}

export const figureParts = 30;

type Source<F> = Parameters<typeof branchesSql<F>>[0];

/** Counts what the list of the same filters has, by the same branches; without a window, all there is. */
export async function readFigure<F>(
  pool: pg.Pool,
  source: Source<F>,
  filters: F,
  window: Window | undefined,
  summed?: Summed,
): Promise<ListFigure> {
  const { values, bind } = createBinder();
  const span = window && { from: window.previous.from, to: window.to };
  const money = summed
    ? `${summed.minor}::numeric as minor, ${summed.currency} as currency`
    : '0 as minor, null as currency';
  const rows = branchesSql(source, filters, span, bind, undefined, `t.${source.at} as at, ${money}`).join(
    ' union all ',
  );
  const part = window
    ? `floor(extract(epoch from r.at - ${bind(new Date(window.from))}::timestamptz) * 1000 / ${bind(bucketMs(window, figureParts))}::float8)::int`
    : '0';
  const told = window
    ? ` where r.at >= ${bind(new Date(window.from))} or r.at < ${bind(new Date(window.previous.to))}`
    : '';
  const found = await pool.query<{ part: number; currency: string | null; count: number; minor: string | null }>(
    `select ${part} as part, r.currency, count(*)::int as count, sum(r.minor)::text as minor from (${rows}) r${told} group by 1, 2`,
    values,
  );
  return figureOf(found.rows);
}

/** A statement over the rows of a list's branches. */
export function windowed(
  branchesOf: (bind: Bind) => readonly string[],
  textOf: (rows: string, bind: Bind) => string,
): { readonly text: string; readonly values: unknown[] } {
  const { values, bind } = createBinder();
  return { text: textOf(branchesOf(bind).join(' union all '), bind), values };
}

function figureOf(
  rows: readonly { part: number; currency: string | null; count: number; minor: string | null }[],
): ListFigure {
  const parts = Array.from({ length: figureParts }, () => 0);
  const sums = new Map<string, bigint>();
  const previousSums = new Map<string, bigint>();
  let [count, previous] = [0, 0];
  for (const row of rows) {
    const isBefore = row.part < 0;
    if (isBefore) previous += row.count;
    else {
      count += row.count;
      const at = Math.min(row.part, figureParts - 1);
      parts[at] = (parts[at] ?? 0) + row.count;
    }
    const into = isBefore ? previousSums : sums;
    if (row.currency !== null && row.minor !== null)
      into.set(row.currency, (into.get(row.currency) ?? 0n) + BigInt(row.minor));
  }
  return { count, previous, parts, sums: moneyOf(sums), previousSums: moneyOf(previousSums) };
}

/** The largest first. */
function moneyOf(sums: ReadonlyMap<string, bigint>): readonly Money[] {
  return [...sums]
    .map(([currency, minor]) => ({ currency, minor }))
    .toSorted((a, b) => (a.minor === b.minor ? (a.currency < b.currency ? -1 : 1) : a.minor > b.minor ? -1 : 1));
}
