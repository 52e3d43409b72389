import type pg from 'pg';
import { codeOf, isTransient } from '#domain/database-errors';
import type { EventRef } from '#domain/ids';
import { inTenants, keyedPlans } from '#prisma/pool';
import { codeOfVerdict, type Decisions } from '../decide.ts';
import { decideSet, writeEffects } from '../effects.ts';
import { readEvents, readStored, UnreadableEvent, type EventRow, type StoredEvent } from '../load-events.ts';
import { tables, type Cell } from '../tables.ts';

/** What judging an event again would come to now. */
export interface Foreseen {
  readonly tenantId: string;
  readonly eventId: string;
  readonly expected: 'applied' | 'rejected' | 'failed';
  readonly code: string | null;
  /** Rows of the books that would be written with it, as "table key". */
  readonly writes: readonly string[];
}

const writesMax = 20;

/**
 * Does what applying does, up to the words that it was done, and rolls it back: validation, folds, constraints and triggers are the real ones.
 * Events of one thing are judged together, each thing in a transaction of its own, so that no lock waits for another.
 */
export async function dryRun(db: pg.Pool, refs: readonly EventRef[]): Promise<Foreseen[]> {
  const tenants = [...new Set(refs.map(({ tenantId }) => tenantId))];
  const rows = await inTenants(db, tenants, (client) => readEvents(client, refs), keyedPlans);
  const foreseen: Foreseen[] = [];
  const readable: StoredEvent[] = [];
  for (const row of rows) {
    const read = readOrFail(row);
    if ('expected' in read) foreseen.push(read);
    else readable.push(read);
  }
  for (const group of groupsOf(readable)) foreseen.push(...(await foresee(db, group)));
  return foreseen;
}

function readOrFail(row: EventRow): StoredEvent | Foreseen {
  try {
    return readStored(row);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return { tenantId: row.org_id, eventId: row.id, expected: 'failed', code: 'unreadable', writes: [] };
  }
}

function groupsOf(events: readonly StoredEvent[]): Iterable<StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const name = JSON.stringify(event.entity ?? [event.orgId, event.eventId]);
    const known = groups.get(name);
    if (known) known.push(event);
    else groups.set(name, [event]);
  }
  return groups.values();
}

async function foresee(db: pg.Pool, group: readonly StoredEvent[]): Promise<Foreseen[]> {
  const failed = (code: string) =>
    group.map(({ orgId, eventId }) => ({ tenantId: orgId, eventId, expected: 'failed', code, writes: [] }) as const);
  const tenants = [...new Set(group.map(({ orgId }) => orgId))];
  return inTenants(
    db,
    tenants,
    async (client) => {
      await client.query('savepoint dry_run');
      try {
        const decisions = await decideSet(client, group);
        await writeEffects(client, decisions);
        return foreseenOf(group, decisions);
      } catch (error) {
        if (isTransient(error)) throw error;
        return failed(codeOf(error) ?? 'defect');
      } finally {
        await client.query('rollback to savepoint dry_run');
      }
    },
    keyedPlans,
  );
}

function foreseenOf(group: readonly StoredEvent[], decisions: Decisions): Foreseen[] {
  const told = group.map(({ orgId: tenantId, eventId }): Foreseen => {
    const verdict = decisions.verdicts.find(
      ({ stored }) => stored.orgId === tenantId && stored.eventId === eventId,
    )?.verdict;
    if (!verdict) return { tenantId, eventId, expected: 'failed', code: 'no_verdict', writes: [] };
    return { tenantId, eventId, expected: verdict.status, code: codeOfVerdict(verdict), writes: [] };
  });
  // What a thing comes to is written once, whichever of its events are applied; one that is rejected changes nothing.
  const writer = told.findIndex(({ expected }) => expected === 'applied');
  return told.map((one, index) => (index === writer ? { ...one, writes: writesOf(decisions) } : one));
}

function writesOf({ rows, usage, ledgers }: Decisions): readonly string[] {
  const names = [...rows].flatMap(([table, wanted]) =>
    wanted.map((row) => [table, ...tables[table].key.slice(1).map((column) => text(row[column]))].join(' ')),
  );
  const counted = usage.map((event) => `usage_meter ${event.usage.length}`);
  const booked = ledgers.map(({ key }) => `billing_ledger ${key.id}`);
  return [...names, ...counted, ...booked].slice(0, writesMax);
}

/** Keys are text and numbers. */
function text(cell: Cell): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);
}
