import { isStock, type Stock } from '#domain/stocks';
import type { DayRange, Readable } from './metric-reads.ts';

/** What there was at the end of a day, of one currency; `XXX` is that of what is no money. A day that is known has one at least. */
export interface StockDay {
  readonly stock: Stock;
  readonly day: string;
  readonly currency: string;
  readonly n: bigint;
  readonly minor: bigint;
}

interface StockRow {
  stock: string;
  day: string;
  currency: string;
  n: string;
  minor: string;
}

const all = '_provider';

/** Of all orgs together or of some; of an org that had nothing, a day is known by what all had. */
export async function readStocks(
  db: Readable,
  names: readonly Stock[],
  { from, until }: DayRange,
  orgIds?: readonly string[],
): Promise<StockDay[]> {
  const told = orgIds ?? [all];
  const { rows } = await db.query<StockRow>({
    name: 'stock-days',
    text: `select stock, day::text, currency, coalesce(sum(n) filter (where org_id = any ($4)), 0)::text as n,
        coalesce(sum(minor) filter (where org_id = any ($4)), 0)::text as minor from stock_day
      where stock = any ($1) and day >= $2 and day < $3 and org_id = any ($5) group by 1, 2, 3 order by 1, 3, 2`,
    values: [names, from, until, told, [...new Set([...told, all])]],
  });
  return rows.flatMap(({ stock, n, minor, ...row }) =>
    isStock(stock) ? [{ ...row, stock, n: BigInt(n), minor: BigInt(minor) }] : [],
  );
}
