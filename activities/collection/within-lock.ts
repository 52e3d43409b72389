import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { createBook, type Book } from './book.ts';
import { idOf, orgsOf, type Actor, type InvoiceName } from './names.ts';
import { loadStandings, type Standing } from './standing.ts';
import { writeBook } from './write-book.ts';

export interface Occasion {
  readonly at: EpochMs;
  readonly actor: Actor;
  /** The clock's, for attempts that are sent now; the database's where it is not given. */
  readonly sentAt?: EpochMs;
  /** Channels by which notices go out. */
  readonly channels: readonly string[];
}

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

/** The same inside a transaction of the caller's, which speaks for these orgs. */
export async function decideAndWrite<T>(
  client: pg.ClientBase,
  names: readonly InvoiceName[],
  { at, actor, channels, sentAt }: Occasion,
  decide: (book: Book, standingOf: (name: InvoiceName) => Standing | undefined) => T | Promise<T>,
): Promise<T> {
  await lockOrgs(client, orgsOf(names));
  const book = createBook(await loadStandings(client, names), { at, actor, sentAt });
  const decided = await decide(book, (name) => book.standings.get(idOf(name)));
  await writeBook(client, book, channels);
  return decided;
}
