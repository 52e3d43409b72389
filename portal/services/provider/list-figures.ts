import 'server-only';
import type pg from 'pg';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { statement } from '../../server/database.ts';
import { branchesSql } from './list-source.ts';
import { currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import type { Money, Summed } from './money-sums.ts';
import { readRolled } from './rolled-figures.ts';
import type { FigureRow, Rolled, RolledDays } from './rolled-figures.ts';
import { partMs, partsOf } from './window-parts.ts';

/** A count of a list's rows and what they come to; over a window also of the window before it and of its parts. */
export interface ListFigure {
  readonly count: number;
  readonly previous: number;
  readonly parts: readonly number[];
  readonly sums: readonly Money[];
  /** What the parts come to, by currency. */
  readonly courses: ReadonlyMap<string, readonly number[]>;
  readonly previousSums: readonly Money[];
  /** Of the running day, where the window ends before it. */
  readonly today: { readonly count: number; readonly sums: readonly Money[] } | undefined;
}

type Source<F> = Parameters<typeof branchesSql<F>>[0];

/**
 * Counts what the list of the same filters has, by the same branches; without a window, all there is. What is more than a list's total tells is
 * read from figures of days, where they mean the same rows.
 */
export async function readFigure<F>(
  pool: pg.Pool,
  source: Source<F>,
  filters: F,
  window: Window | undefined,
  summed?: Summed,
  rolled?: Rolled,
): Promise<ListFigure> {
  const [rows, order] = await Promise.all([
    readFigureRows(pool, source, filters, window, summed, rolled),
    currencyOrder(pool),
  ]);
  return figureOf(rows, window, order);
}

/** What such a figure is made of: those of several filters that have no row in common make one of all of them. */
export async function readFigureRows<F>(
  pool: pg.Pool,
  source: Source<F>,
  filters: F,
  window: Window | undefined,
  summed?: Summed,
  rolled?: Rolled,
): Promise<readonly FigureRow[]> {
  return readBeside(pool, source, filters, window, summed, rolled && (await readRolled(pool, rolled, window)));
}

/** The same where its days are read already. */
async function readBeside<F>(
  pool: pg.Pool,
  source: Source<F>,
  filters: F,
  window: Window | undefined,
  summed: Summed | undefined,
  days: RolledDays | undefined,
): Promise<readonly FigureRow[]> {
  const [rows = []] = await readEachBeside(pool, source, [{ filters, days }], window, summed);
  return rows;
}

/** Of each of several filters by itself, in one statement. */
export async function readEachBeside<F>(
  pool: pg.Pool,
  source: Source<F>,
  each: readonly { readonly filters: F; readonly days: RolledDays | undefined }[],
  window: Window | undefined,
  summed: Summed | undefined,
): Promise<readonly (readonly FigureRow[])[]> {
  const today = window?.today ? [window.today] : [];
  const asked = each.map(({ filters, days }) => {
    const all = window ? [window.previous, window] : [undefined];
    return { filters, spans: [...(days ? days.rest : all), ...today] };
  });
  const isKept = asked.every(({ spans }) => spans.length === 0);
  const live = isKept ? [] : await readRows(pool, source, asked, window, summed);
  return each.map(({ days }, n) => [...(days?.rows ?? []), ...live.filter((row) => row.n === n)]);
}

interface Asked<F> {
  readonly filters: F;
  readonly spans: readonly (Span | undefined)[];
}

async function readRows<F>(
  pool: pg.Pool,
  source: Source<F>,
  each: readonly Asked<F>[],
  window: Window | undefined,
  summed: Summed | undefined,
): Promise<readonly (FigureRow & { readonly n: number })[]> {
  const { values, bind } = createBinder();
  // What is not asked for is not read, nor grouped by: a figure goes over many rows.
  const told = {
    ...(window && {
      at: `date_bin(${bind(`${partMs(window)} milliseconds`)}::interval, t.${source.at}, ${bind(new Date(window.from))}::timestamptz)`,
    }),
    ...(summed && { currency: summed.currency }),
  };
  const columns = [
    ...Object.entries(told).map(([name, sql]) => `${sql} as ${name}`),
    ...(summed ? [`${summed.minor} as minor`] : []),
  ];
  const grouped = Object.keys(told);
  const sums = [...grouped, ...(summed ? ['sum(minor)::text as minor'] : []), 'count(*)::int as count'].join(', ');
  const tail = grouped.length > 0 ? `group by ${grouped.join(', ')}` : '';
  // Each branch is added up by itself: rows that are passed on between nodes of a plan cost as much as reading them.
  const branches = each.flatMap(({ filters, spans }, n) =>
    spans
      .flatMap((span) => branchesSql(source, filters, span, bind, undefined, columns.join(', ') || '1'))
      .map((rows) => `select ${n} as n, ${sums} from ${rows} r ${tail}`),
  );
  const found = await pool.query<{
    n: number;
    at?: Date;
    currency?: string | null;
    count: number;
    minor?: string | null;
  }>(statement(branches.join(' union all '), values));
  return found.rows.map(({ n, at, currency = null, count, minor = null }) => ({
    n,
    at: at?.getTime(),
    currency,
    count,
    minor,
  }));
}

/** A statement over the rows of a list's branches. */
export function windowed(
  branchesOf: (bind: Bind) => readonly string[],
  textOf: (rows: string, bind: Bind) => string,
): { readonly text: string; readonly values: unknown[] } {
  const { values, bind } = createBinder();
  return { text: textOf(branchesOf(bind).join(' union all '), bind), values };
}

/** @param order of the currencies; none where the rows have no amounts */
export function figureOf(rows: readonly FigureRow[], window: Window | undefined, order: CurrencyOrder): ListFigure {
  const size = window ? partMs(window) : 1;
  const noParts = window ? partsOf(window, () => 0) : [0];
  const parts = [...noParts];
  const courses = new Map<string, number[]>();
  const [own, before, today] = [tally(order), tally(order), tally(order)];
  for (const row of rows) {
    const part = window && row.at !== undefined ? Math.floor((row.at - window.from) / size) : 0;
    if (part < 0) before.add(row);
    else if (window?.today && row.at !== undefined && row.at >= window.to) today.add(row);
    else {
      const at = Math.min(part, parts.length - 1);
      own.add(row);
      parts[at] = (parts[at] ?? 0) + row.count;
      if (row.currency === null || row.minor === null) continue;
      const course = courses.get(row.currency) ?? [...noParts];
      course[at] = (course[at] ?? 0) + Number(row.minor);
      courses.set(row.currency, course);
    }
  }
  const { count, sums } = own.told();
  return {
    count,
    previous: before.told().count,
    parts,
    sums,
    courses,
    previousSums: before.told().sums,
    today: window?.today && today.told(),
  };
}

/** How many rows there are, and what they come to by currency. */
function tally(order: CurrencyOrder) {
  const sums = new Map<string, bigint>();
  let counted = 0;
  return {
    add: ({ count, currency, minor }: FigureRow) => {
      counted += count;
      if (currency !== null && minor !== null) sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(minor));
    },
    told: () => ({ count: counted, sums: mainFirst(moneyOf(sums), order) }),
  };
}

function moneyOf(sums: ReadonlyMap<string, bigint>): readonly Money[] {
  return [...sums].map(([currency, minor]) => ({ currency, minor }));
}
