import type pg from 'pg';
import { bookReported, lockReported } from './book-reported.ts';
import { decide, type Decisions } from './decide.ts';
import { holdBusinessHours } from './load-business-hours.ts';
import { loadHistory, lockEntities, type EntityEvent, type StoredEvent } from './load-events.ts';
import { writeBooks } from './write-books.ts';
import { writeUsage } from './write-usage.ts';

/** What a set of events shall change, under the locks of what it is about. */
export async function decideSet(client: pg.ClientBase, pending: readonly StoredEvent[]): Promise<Decisions> {
  const history = await historyOf(client, pending);
  return decide(pending, history, await holdBusinessHours(client, pending));
}

/** The books and the ledger as they shall be; what says that it was done is the caller's. */
export async function writeEffects(client: pg.ClientBase, decisions: Decisions): Promise<void> {
  await lockReported(client, decisions.ledgers);
  await writeBooks(client, decisions.rows, decisions.shrunk);
  await writeUsage(client, decisions.usage);
  await bookReported(client, decisions.ledgers);
}

async function historyOf(client: pg.ClientBase, pending: readonly StoredEvent[]): Promise<EntityEvent[]> {
  const named = new Map(pending.flatMap(({ entity }) => (entity ? [[JSON.stringify(entity), entity] as const] : [])));
  const keys = [...named.values()];
  if (keys.length === 0) return [];
  await lockEntities(client, keys);
  return loadHistory(client, keys);
}
