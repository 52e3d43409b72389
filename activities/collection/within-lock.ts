import type pg from 'pg';
import { inTenants, keyedPlans } from '#prisma/pool';
import type { Book } from './book.ts';
import { decideBook, type Occasion } from './decide-book.ts';
import { orgsOf, type InvoiceName } from './names.ts';
import { settleCredit } from './settle-credit.ts';
import type { Standing } from './standing.ts';

/**
 * One transaction over invoices: their orgs locked, how they stand read, decided in memory, and written. `decide` sees each invoice as the
 * decisions before it left it.
 */
export function withinLock<T>(
  db: pg.Pool,
  names: readonly InvoiceName[],
  occasion: Occasion,
  decide: (book: Book, standingOf: (name: InvoiceName) => Standing | undefined) => T | Promise<T>,
): Promise<T> {
  return inTenants(db, orgsOf(names), (client) => decideAndWrite(client, names, occasion, decide), keyedPlans);
}

/** The same inside a transaction of the caller's, which speaks for these orgs. Credit that it brings goes first where some was taken back. */
export async function decideAndWrite<T>(
  client: pg.ClientBase,
  names: readonly InvoiceName[],
  occasion: Occasion,
  decide: (book: Book, standingOf: (name: InvoiceName) => Standing | undefined) => T | Promise<T>,
): Promise<T> {
  const { decided, book } = await decideBook(client, names, occasion, decide);
  const gained = book.ledger.filter(({ entries }) => entries.some(({ account }) => account === 'credit'));
  if (gained.length > 0) await settleCredit(client, orgsOf(gained), occasion);
  return decided;
}
