import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import type { DraftLine } from '../billing/write-lines.ts';
import { bookDifferences } from './book-differences.ts';
import { loadBooked, loadTaken } from './load-booked.ts';
import type { Agenda } from './periods-to-rate.ts';
import { readAddons, readCredits, readLeads } from './single-sources.ts';
import { readSubscriptions } from './subscription-source.ts';

export interface SourceRatings {
  readonly lines: readonly DraftLine[];
  readonly nextAt: ReadonlyMap<string, EpochMs>;
}

/** Everything that is billed beside meters: subscriptions by time and change, and leads, add-ons and bought credits that changed. */
export async function rateSources(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<SourceRatings> {
  const ofSubscriptions = agendas.filter(
    ({ dueFrom, marks }) => dueFrom !== undefined || marks.some(({ stream }) => stream === 'subscriptions'),
  );
  const subscriptions = await readSubscriptions(client, ofSubscriptions);
  const read = [
    subscriptions,
    await readLeads(client, agendas),
    await readAddons(client, agendas),
    await readCredits(client, agendas),
  ];
  const booked = await loadBooked(
    client,
    read.flatMap(({ sources }) => sources),
  );
  const lines = bookDifferences(
    read.flatMap(({ charges }) => charges),
    booked,
  );
  return { lines: await withFreeKeys(client, lines), nextAt: subscriptions.nextAt };
}

const numberAtEnd = /:\d+$/;

/** Ids are the tenant's own: a lead `x:2` and the second line of lead `x` would have one key. The later one is numbered further. */
export async function withFreeKeys(client: pg.ClientBase, lines: readonly DraftLine[]): Promise<DraftLine[]> {
  const doubtful = lines.filter(({ sourceKey }) => numberAtEnd.test(sourceKey));
  const used = doubtful.length === 0 ? new Set<string>() : await loadTaken(client, doubtful);
  const result: DraftLine[] = [];
  for (const line of lines) {
    let key = line.sourceKey;
    while (used.has(nameOf(line, key))) {
      const next = line.source === key ? `${key}:2` : nextNumber(key);
      if (await isTaken(client, line, next)) used.add(nameOf(line, next));
      key = next;
    }
    used.add(nameOf(line, key));
    result.push(key === line.sourceKey ? line : { ...line, sourceKey: key });
  }
  return result;
}

function nextNumber(key: string): string {
  return key.replace(/\d+$/, (number) => String(BigInt(number) + 1n));
}

async function isTaken(client: pg.ClientBase, { orgId }: DraftLine, sourceKey: string): Promise<boolean> {
  return (await loadTaken(client, [{ orgId, sourceKey }])).size > 0;
}

function nameOf({ orgId }: DraftLine, sourceKey: string): string {
  return JSON.stringify([orgId, sourceKey]);
}
