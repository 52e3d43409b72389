import 'server-only';
import type { SumName } from '../../metrics/metric.ts';
import { withinTime } from './list-page.ts';

/** An amount per currency: currencies are never added. */
export interface Money {
  readonly currency: string;
  readonly minor: bigint;
}

/** Columns of a row whose sum is told. */
export interface Summed {
  readonly minor: string;
  readonly currency: string;
}

/** What a list's rows come to: what is told below it, and what figures of it are. */
export type Sums = Readonly<Partial<Record<SumName, Summed>>>;
export type ToldSums = Readonly<Partial<Record<SumName, readonly Money[]>>>;

/** What each sum is read of, as columns of a row. */
export function summedColumns(sums: Sums): string {
  return Object.values(sums)
    .map(({ minor, currency }, at) => `${minor} as m${at}, ${currency} as c${at}`)
    .join(', ');
}

/** The sums of rows that have those columns; undefined where that took longer than a total may. */
export async function readSums(
  sums: Sums,
  rowsText: string,
  values: readonly unknown[],
): Promise<ToldSums | undefined> {
  const names = Object.keys(sums);
  const told = names.map((name, at) => `('${name}', r.m${at}::numeric, r.c${at})`).join(', ');
  const text = `select s.name, s.currency, sum(s.minor)::text as minor
    from (${rowsText}) r cross join lateral (values ${told}) s (name, minor, currency)
    group by 1, 2`;
  const rows = await withinTime<{ name: string; currency: string | null; minor: string | null }>(text, values);
  if (!rows) return undefined;
  return Object.fromEntries(
    names.map((name) => {
      const own = rows.filter((row) => row.name === name);
      // Rows without an amount are a group too.
      const money = own.flatMap(({ currency, minor }) =>
        currency === null || minor === null ? [] : [{ currency, minor: BigInt(minor) }],
      );
      return [name, largestFirst(money)];
    }),
  );
}

export function largestFirst<M extends Money>(money: readonly M[]): readonly M[] {
  return money.toSorted((a, b) => moreFirst(a, b) || (a.currency < b.currency ? -1 : 1));
}

/**
 * By minor units, since nothing says what a currency is worth: the smallest coins of currencies are worth about the same, a yen a cent and not a
 * euro. What has no amount comes last.
 */
export function moreFirst(a: Money | undefined, b: Money | undefined): number {
  const [one = 0n, other = 0n] = [a?.minor, b?.minor];
  return one === other ? 0 : one > other ? -1 : 1;
}
