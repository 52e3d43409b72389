import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import type { SlotAt } from '../jobs/job-phase.ts';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { createBook, type Book } from './book.ts';
import { idOf, orgsOf, type Actor, type InvoiceName } from './names.ts';
import { loadStandings, type Standing } from './standing.ts';
import { reachOf, type CollectionResources, type Reach } from './resources.ts';
import { writeBook } from './write-book.ts';

export interface Occasion extends Reach {
  readonly at: EpochMs;
  readonly actor: Actor;
  /** The clock's, for attempts that are made now; `at` where it is not given. */
  readonly madeAt?: EpochMs;
}

export function occasionOf(resources: CollectionResources, { at, slot }: SlotAt): Occasion {
  return { ...reachOf(resources), at, actor: { actorType: 'system', actor: `job:dunning:${slot}` } };
}

/** Locks the orgs, reads how invoices stand, decides in memory and writes, in a transaction of the caller's. */
export async function decideBook<T>(
  client: pg.ClientBase,
  names: readonly InvoiceName[],
  { at, actor, channels, madeAt = at, providers }: Occasion,
  decide: (book: Book, standingOf: (name: InvoiceName) => Standing | undefined) => T | Promise<T>,
): Promise<{ readonly decided: T; readonly book: Book }> {
  await lockOrgs(client, orgsOf(names));
  const standings = await loadStandings(client, names);
  const book = createBook(providers ? withinReach(standings, providers) : standings, { at, actor, madeAt });
  const decided = await decide(book, (name) => book.standings.get(idOf(name)));
  await writeBook(client, book, channels);
  return { decided, book };
}

/** A method of a provider that nobody can ask here is none: an attempt by it would have no outcome, and block whatever follows. */
function withinReach(
  standings: ReadonlyMap<string, Standing>,
  providers: NonNullable<Reach['providers']>,
): Map<string, Standing> {
  const isReached = ({ method }: Standing) => method !== undefined && providers.has(method.provider);
  return new Map(
    [...standings].map(([id, one]) => [id, isReached(one) ? one : { ...one, method: undefined }] as const),
  );
}
