import 'server-only';
import type { SumName } from '../../metrics/metric.ts';
import { database } from '../../server/database.ts';
import { byOrder, currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';
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
  const each = names.map((_, at) => `r.c${at}, sum(r.m${at})::text as m${at}`).join(', ');
  const currencies = names.map((_, at) => `r.c${at}`).join(', ');
  const text = `select ${each} from (${rowsText}) r group by ${currencies}`;
  const rows = await withinTime<Record<string, string | null>>(text, values);
  if (!rows) return undefined;
  const order = await currencyOrder(database().pool);
  return Object.fromEntries(names.map((name, at) => [name, mainFirst(addedUp(rows, at), order)]));
}

/** One sum of each currency, of rows by all currencies that they have. */
function addedUp(rows: readonly Readonly<Record<string, string | null>>[], at: number): Money[] {
  const minorOf = new Map<string, bigint>();
  for (const row of rows) {
    const [currency, minor] = [row[`c${at}`] ?? '', row[`m${at}`] ?? ''];
    // Rows without an amount are a group too.
    if (currency && minor) minorOf.set(currency, (minorOf.get(currency) ?? 0n) + BigInt(minor));
  }
  return [...minorOf].map(([currency, minor]) => ({ currency, minor }));
}

/**
 * In the order of the provider's currencies, others after them by their code; of one currency the largest first. What has no amount comes last, and is of
 * the main currency only where there is no other.
 */
export function mainFirst<M extends Money>(money: readonly M[], order: CurrencyOrder): readonly M[] {
  const compared = byOrder(order);
  return money.toSorted(
    (a, b) => Number(a.minor === 0n) - Number(b.minor === 0n) || compared(a.currency, b.currency) || moreFirst(a, b),
  );
}

/**
 * By minor units, also of two currencies, since nothing says what one is worth: the smallest coins are worth about the same, a yen a cent and not a euro.
 * What has no amount comes last.
 */
export function moreFirst(a: Money | undefined, b: Money | undefined): number {
  const [one = 0n, other = 0n] = [a?.minor, b?.minor];
  return one === other ? 0 : one > other ? -1 : 1;
}
