import 'server-only';
import type pg from 'pg';
import { minuteMs } from '#domain/instants';

/** The currencies of the provider, the main one first. */
export type CurrencyOrder = readonly string[];

interface Kept {
  readonly at: number;
  readonly order: Promise<CurrencyOrder>;
}

const keptMs = 5 * minuteMs;
const keptOf = new WeakMap<pg.Pool, Kept>();

/**
 * By how many invoices were issued in it and how many organisations began to pay in it, then by code: without rates of exchange amounts of two currencies
 * cannot be compared. Of all days there are, and read once in five minutes.
 */
export async function currencyOrder(pool: pg.Pool): Promise<CurrencyOrder> {
  const known = keptOf.get(pool);
  if (known && performance.now() - known.at < keptMs) return known.order;
  const order = readOrder(pool);
  keptOf.set(pool, { at: performance.now(), order });
  order.catch(() => keptOf.delete(pool));
  return order;
}

/** The main currency first; what the provider has not comes after, by its code. */
export function byOrder(order: CurrencyOrder): (a: string, b: string) => number {
  const placeOf = (currency: string) => (order.includes(currency) ? order.indexOf(currency) : order.length);
  return (a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : Number(a > b));
}

/** Those that the rows have, the main one first. */
export function currenciesOf(rows: readonly { readonly currency: string }[], order: CurrencyOrder): readonly string[] {
  return [...new Set(rows.map(({ currency }) => currency))].toSorted(byOrder(order));
}

async function readOrder(pool: pg.Pool): Promise<CurrencyOrder> {
  const { rows } = await pool.query<{ currency: string }>({
    name: 'currency-order',
    text: `select currency from metric_day_total where metric in ('invoices.issued', 'mrr.new')
      group by currency order by sum(n) desc, currency collate "C"`,
  });
  return rows.map(({ currency }) => currency);
}
