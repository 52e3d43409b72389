import 'server-only';
import type pg from 'pg';
import type { Span, Window } from '../../lists/windows.ts';
import { sumNames } from '../../metrics/metric.ts';
import type { SumName } from '../../metrics/metric.ts';
import { estimateRows } from './list-page.ts';
import type { Count } from './list-page.ts';
import { currencyOrder } from './currency-order.ts';
import { mainFirst, readSums, summedColumns } from './money-sums.ts';
import type { Money, Summed, Sums, ToldSums } from './money-sums.ts';
import { readRolled } from './rolled-figures.ts';
import type { Rolled } from './rolled-figures.ts';

/** Figures of days that a list's sums can be read of, each of as many as make it. */
export type RolledSums = Readonly<Partial<Record<SumName, readonly Rolled[]>>>;

interface Totalled {
  readonly count: Count | undefined;
  readonly sums: Sums;
  readonly rolled: RolledSums;
  readonly window: Window | undefined;
  readonly rowsOf: RowsOf;
  /** Those that add anything to its sums, where an index has them by themselves. */
  readonly addingOf?: RowsOf | undefined;
}

/** The list's rows of a span, with those columns. */
type RowsOf = (span: Span | undefined, columns: string) => { readonly text: string; readonly values: unknown[] };

/** Rows that are added up at once: as many as a list may take time for. */
const addedMax = 30_000;

/** A list's count with its sums: what is not told of them would take a scan. Where they were not all counted, the count has the planner's estimate. */
export async function readTotalSums(pool: pg.Pool, list: Totalled) {
  const { count, sums, window, rowsOf, addingOf = rowsOf } = list;
  const named = (told: ToldSums = {}) => ({
    sums: told,
    unsummed: sumNames.filter((name) => sums[name] && !told[name]),
  });
  const hasSums = Object.keys(sums).length > 0;
  if (count?.value === 0) return { count, ...(hasSums && { sums: {}, unsummed: [] }) };
  if (count && !count.isCapped) return { count, ...(hasSums && named(await readRowSums(sums, window, addingOf))) };
  const { text, values } = rowsOf(window, '1');
  const estimate = await estimateRows(pool, text, values);
  return { count: count && { ...count, estimate }, ...(hasSums && named(await readLargeSums(pool, list, estimate))) };
}

/**
 * What more rows come to than a total counts: from figures of days where these mean the same rows, else from the rows themselves where the planner
 * expects few enough.
 */
async function readLargeSums(pool: pg.Pool, list: Totalled, estimate: number): Promise<ToldSums> {
  const told: [SumName, readonly Money[]][] = [];
  const rest: [SumName, Summed][] = [];
  for (const name of sumNames) {
    const summed = list.sums[name];
    const money = summed && (await readRolledSum(pool, list, summed, list.rolled[name] ?? []));
    if (money) told.push([name, money]);
    else if (summed) rest.push([name, summed]);
  }
  if (rest.length === 0) return Object.fromEntries(told);
  const { window, rowsOf, addingOf } = list;
  const adding = addingOf?.(window, '1');
  const isTried = (adding ? await estimateRows(pool, adding.text, adding.values) : estimate) <= addedMax;
  const added = isTried ? await readRowSums(Object.fromEntries(rest), window, addingOf ?? rowsOf) : {};
  return { ...Object.fromEntries(told), ...added };
}

/** Of the rows themselves; undefined where that takes longer than a total may. */
async function readRowSums(sums: Sums, span: Span | undefined, rowsOf: RowsOf): Promise<ToldSums | undefined> {
  const { text, values } = rowsOf(span, summedColumns(sums));
  return readSums(sums, text, values);
}

async function readRolledSum(
  pool: pg.Pool,
  { window, rowsOf }: Totalled,
  summed: Summed,
  rolled: readonly Rolled[],
): Promise<readonly Money[] | undefined> {
  const parts = await Promise.all(rolled.map((one) => readRolled(pool, one, window)));
  const [first] = parts;
  if (!first) return undefined;
  const sums = new Map<string, bigint>();
  const add = (currency: string, minor: bigint) => sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  for (const part of parts) {
    if (!part) return undefined;
    for (const { at, currency, minor } of part.rows)
      if (currency !== null && minor !== null && (at === undefined || !window || at >= window.from))
        add(currency, BigInt(minor));
  }
  // Days that are under way are the same of all of them, and the list's own rows.
  for (const span of first.rest.filter(({ from }) => !window || from >= window.from)) {
    const live = await readRowSums({ amount: summed }, span, rowsOf);
    if (!live) return undefined;
    for (const { currency, minor } of live.amount ?? []) add(currency, minor);
  }
  const money = [...sums].map(([currency, minor]) => ({ currency, minor }));
  return mainFirst(money, await currencyOrder(pool));
}
