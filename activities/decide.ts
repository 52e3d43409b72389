import type { BusinessHours } from '#domain/billing/business-hours';
import type { DatedEntry } from '#domain/billing/reported-ledger';
import { compareOccurrence, type Verdict } from '#domain/fold';
import type { RejectionCode } from '#domain/rejections';
import { foldEntity } from './books.ts';
import type { EntityKey } from './entity-key.ts';
import type { EntityEvent, StoredEvent, UsageEvent } from './load-events.ts';
import { tableNames, type Row, type Rows, type TableName } from './tables.ts';

/** What the books shall say after a set of events: a pure function of the events and of the history of what they are about. */
export interface Decisions {
  readonly verdicts: readonly Decided[];
  readonly rows: ReadonlyMap<TableName, readonly Row[]>;
  /** Entities that may have lost children: those that are not among `rows` leave the books. */
  readonly shrunk: readonly EntityKey[];
  readonly usage: readonly UsageEvent[];
  readonly ledgers: readonly EntityLedger[];
}

/** What the ledger shall hold of one entity, and the event that decides it: of those that waited, the last to occur. */
export interface EntityLedger {
  readonly key: EntityKey;
  readonly entries: readonly DatedEntry[];
  readonly deciding: StoredEvent;
}

export interface Decided {
  readonly stored: StoredEvent;
  readonly verdict: Verdict;
}

/** @param hours business hours by org, of those that have any */
export function decide(
  pending: readonly StoredEvent[],
  history: readonly EntityEvent[],
  hours: ReadonlyMap<string, BusinessHours> = new Map(),
): Decisions {
  const isPending = new Set(pending.map(nameOf));
  const usage = pending.filter((stored) => stored.entity === undefined);
  const verdicts: Decided[] = usage.map((stored) => ({ stored, verdict: { status: 'applied' } }));
  const rows = new Map<TableName, Row[]>();
  const shrunk: EntityKey[] = [];
  const ledgers: EntityLedger[] = [];
  for (const { key, events } of entitiesOf(pending, history)) {
    const { folded, rows: entityRows, ledger } = foldEntity(key, [...events.values()], hours.get(key.orgId));
    for (const [index, { eventId }] of folded.ordered.entries()) {
      const stored = events.get(eventId);
      const verdict = folded.verdicts[index];
      if (stored && verdict && (isPending.has(nameOf(stored)) || isChanged(stored, verdict)))
        verdicts.push({ stored, verdict });
    }
    append(rows, entityRows);
    const deciding = ledger && lastOf([...events.values()].filter((stored) => isPending.has(nameOf(stored))));
    if (deciding) ledgers.push({ key, entries: ledger, deciding });
    if (mayShrink(key, folded.verdicts, [...events.values()])) shrunk.push(key);
  }
  return { verdicts, rows, shrunk, usage, ledgers };
}

export function codeOfVerdict(verdict: Verdict): RejectionCode | null {
  return verdict.status === 'rejected' ? verdict.code : null;
}

interface Entity {
  readonly key: EntityKey;
  readonly events: Map<string, EntityEvent>;
}

function entitiesOf(pending: readonly StoredEvent[], history: readonly EntityEvent[]): Iterable<Entity> {
  const entities = new Map<string, Entity>();
  // The pending one comes last: redelivered events are among the history too.
  for (const stored of [...history, ...pending]) {
    if (!stored.entity) continue;
    const name = JSON.stringify([stored.orgId, stored.entity.kind, stored.entity.id]);
    const entity = entities.get(name) ?? { key: stored.entity, events: new Map() };
    entities.set(name, entity);
    entity.events.set(stored.eventId, stored);
  }
  return entities.values();
}

function lastOf(events: readonly EntityEvent[]): EntityEvent | undefined {
  return events.toSorted((a, b) => compareOccurrence(a.occurredAt, a.eventId, b.occurredAt, b.eventId)).at(-1);
}

function append(all: Map<TableName, Row[]>, more: Rows) {
  for (const table of tableNames) {
    const added = more[table] ?? [];
    if (added.length === 0) continue;
    const known = all.get(table);
    if (known) known.push(...added);
    else all.set(table, [...added]);
  }
}

// Children only ever go when an applied event no longer is, or when a later report replaces them.
function mayShrink(key: EntityKey, verdicts: readonly Verdict[], events: readonly EntityEvent[]): boolean {
  const decided = events.filter((stored) => stored.decided);
  if (key.kind === 'evaluation') return decided.length > 0;
  const appliedBefore = decided.filter((stored) => stored.decided?.verdict === 'applied').length;
  return appliedBefore > 0 && verdicts.some((verdict) => verdict.status === 'rejected');
}

function isChanged({ decided }: StoredEvent, verdict: Verdict): boolean {
  return decided?.verdict !== verdict.status || decided.code !== codeOfVerdict(verdict);
}

function nameOf({ orgId, eventId }: StoredEvent): string {
  return `${orgId}/${eventId}`;
}
