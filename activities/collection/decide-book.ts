import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
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

/** Locks the orgs, reads how invoices stand, decides in memory and writes, in a transaction of the caller's. */
export async function decideBook<T>(
  client: pg.ClientBase,
  names: readonly InvoiceName[],
  { at, actor, channels, sentAt }: Occasion,
  decide: (book: Book, standingOf: (name: InvoiceName) => Standing | undefined) => T | Promise<T>,
): Promise<{ readonly decided: T; readonly book: Book }> {
  await lockOrgs(client, orgsOf(names));
  const book = createBook(await loadStandings(client, names), { at, actor, sentAt });
  const decided = await decide(book, (name) => book.standings.get(idOf(name)));
  await writeBook(client, book, channels);
  return { decided, book };
}
