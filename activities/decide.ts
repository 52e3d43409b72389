import type { Verdict } from '#domain/fold';
import type { RejectionCode } from '#domain/rejections';
import { foldEntity, type EntityKey } from './books.ts';
import type { EntityEvent, StoredEvent, UsageEvent } from './load-events.ts';
import { tableNames, type Row, type TableName } from './tables.ts';

/** What the books shall say after a set of events: a pure function of the events and of the history of what they are about. */
export interface Decisions {
  readonly verdicts: readonly Decided[];
  readonly rows: ReadonlyMap<TableName, readonly Row[]>;
  /** Entities that had decided events before: children that are no longer among `rows` leave the books. */
  readonly refolded: readonly EntityKey[];
  readonly usage: readonly UsageEvent[];
}

export interface Decided {
  readonly stored: StoredEvent;
  readonly verdict: Verdict;
}

export function decide(pending: readonly StoredEvent[], history: readonly EntityEvent[]): Decisions {
  const isPending = new Set(pending.map(nameOf));
  const usage = pending.filter((stored) => stored.entity === undefined);
  const verdicts: Decided[] = usage.map((stored) => ({ stored, verdict: { status: 'applied' } }));
  const rows = new Map<TableName, Row[]>();
  const refolded: EntityKey[] = [];
  for (const { key, events } of entitiesOf(pending, history)) {
    const { folded, rows: entityRows } = foldEntity(key, [...events.values()]);
    for (const [index, { eventId }] of folded.ordered.entries()) {
      const stored = events.get(eventId);
      const verdict = folded.verdicts[index];
      if (stored && verdict && (isPending.has(nameOf(stored)) || isChanged(stored, verdict))) verdicts.push({ stored, verdict });
    }
    for (const table of tableNames) rows.set(table, [...(rows.get(table) ?? []), ...(entityRows[table] ?? [])]);
    if ([...events.values()].some((stored) => stored.decided)) refolded.push(key);
  }
  return { verdicts, rows, refolded, usage };
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

function isChanged({ decided }: StoredEvent, verdict: Verdict): boolean {
  return decided?.verdict !== verdict.status || decided.code !== codeOfVerdict(verdict);
}

function nameOf({ orgId, eventId }: StoredEvent): string {
  return `${orgId}/${eventId}`;
}
