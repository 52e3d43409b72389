import type pg from 'pg';
import { readUsage } from '#domain/check-usage';
import { eventSchema, type TenantEvent } from '#domain/events';
import type { FoldedKind, Verdict } from '#domain/fold';
import { eventTypes, isEventType } from '#domain/event-types';
import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { usageBatchType, type UsageData } from '#domain/usage';
import { lockKeys } from '#prisma/lock-keys';
import type { EntityKey } from './entity-key.ts';

/** This release cannot read the event: a newer one wrote its type, or its body no longer fits the schema. It stays accepted. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Who told it: a request that a key signed, or an order of staff. */
export type EventSource =
  | { readonly keyId: string; readonly requestId: string; readonly address: string }
  | { readonly keyId?: undefined; readonly command: string };

interface StoredBase {
  readonly orgId: string;
  readonly eventId: string;
  readonly type: string;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly source: EventSource;
  /** What was decided before, and how often. */
  readonly decided?: { readonly verdict: Verdict['status']; readonly code: string | null; readonly times: number };
}

export interface EntityEvent extends StoredBase {
  readonly entity: EntityKey;
  readonly event: TenantEvent;
}

export interface UsageEvent extends StoredBase {
  readonly entity?: undefined;
  readonly usage: readonly UsageData[];
}

export type StoredEvent = EntityEvent | UsageEvent;

export interface EventRow {
  org_id: string;
  id: string;
  type: string;
  body: string;
  entity_kind: string | null;
  entity_id: string | null;
  occurred_ms: string;
  received_ms: string;
  key_id: string;
  request_id: string;
  address_prefix: string;
  status: Verdict['status'] | null;
  code: string | null;
  verdicts: number | null;
}

// `offset 0` keeps the order of the joins: from what is wanted to its rows by key.
const columns = `e.org_id, e.id, e.type, e.body, e.entity_kind, e.entity_id, (extract(epoch from e.occurred_at) * 1000)::bigint as occurred_ms,
  (extract(epoch from e.received_at) * 1000)::bigint as received_ms, e.key_id, e.request_id, e.address_prefix, v.status, v.rejection_code as code, v.verdicts`;

/** Locks those of the events that wait for a verdict, in id order, and reads them. */
export async function lockPending(client: pg.ClientBase, refs: readonly EventRef[]): Promise<StoredEvent[]> {
  const { rows } = await client.query<EventRow>({
    name: 'lock-pending',
    text: `with locked as materialized (
        select p.org_id, p.event_id from (select * from unnest($1::text[], $2::text[]) order by 1, 2) as wanted(org_id, event_id)
        cross join lateral (
          select q.org_id, q.event_id from event_pending q where q.org_id = wanted.org_id and q.event_id = wanted.event_id for update) p)
      select ${columns} from locked l
      cross join lateral (select * from event e where e.org_id = l.org_id and e.id = l.event_id offset 0) e
      left join lateral (select * from event_verdict v where v.org_id = l.org_id and v.event_id = l.event_id offset 0) v on true`,
    values: [refs.map((ref) => ref.tenantId), refs.map((ref) => ref.eventId)],
  });
  return rows.map(readStored);
}

/** Reads events whatever their state, and locks nothing of them. */
export async function readEvents(client: pg.ClientBase, refs: readonly EventRef[]): Promise<EventRow[]> {
  const { rows } = await client.query<EventRow>({
    name: 'read-events',
    text: `select ${columns} from unnest($1::text[], $2::text[]) as wanted(org_id, event_id)
      cross join lateral (select * from event e where e.org_id = wanted.org_id and e.id = wanted.event_id offset 0) e
      left join lateral (select * from event_verdict v where v.org_id = e.org_id and v.event_id = e.id offset 0) v on true`,
    values: [refs.map((ref) => ref.tenantId), refs.map((ref) => ref.eventId)],
  });
  return rows;
}

/** Serialises all that is done to these entities until the transaction ends. */
export async function lockEntities(client: pg.ClientBase, keys: readonly EntityKey[]): Promise<void> {
  await lockKeys(
    client,
    keys.map(({ orgId, kind, id }) => JSON.stringify([orgId, kind, id])),
  );
}

/** The decided events of these entities, in no order. A key given twice gives its events twice. */
export async function loadHistory(client: pg.ClientBase, keys: readonly EntityKey[]): Promise<EntityEvent[]> {
  const { rows } = await client.query<EventRow>({
    name: 'load-history',
    text: `select ${columns} from unnest($1::text[], $2::text[], $3::text[]) as wanted(org_id, kind, id)
      cross join lateral (select * from event e where e.org_id = wanted.org_id and e.entity_kind = wanted.kind and e.entity_id = wanted.id offset 0) e
      cross join lateral (select * from event_verdict v where v.org_id = e.org_id and v.event_id = e.id offset 0) v`,
    values: [keys.map((key) => key.orgId), keys.map((key) => key.kind), keys.map((key) => key.id)],
  });
  return rows.map(readStored).filter((stored) => stored.entity !== undefined);
}

export function readStored(row: EventRow): StoredEvent {
  const base = {
    orgId: row.org_id,
    eventId: row.id,
    type: row.type,
    occurredAt: Number(row.occurred_ms),
    receivedAt: Number(row.received_ms),
    source: sourceOf(row),
    ...(row.status === null ? {} : { decided: { verdict: row.status, code: row.code, times: row.verdicts ?? 0 } }),
  };
  if (row.type === usageBatchType) return { ...base, usage: readUsage(JSON.parse(row.body)) ?? unreadable(row) };
  const event = parseEventBody(row);
  if (event.type === 'usage.reported') return { ...base, usage: [event.data] };
  return { ...base, event, entity: { orgId: row.org_id, kind: foldedKindOf(event.type), id: row.entity_id ?? '' } };
}

function sourceOf({ key_id: keyId, request_id: requestId, address_prefix: address }: EventRow): EventSource {
  return keyId === 'staff' ? { command: requestId } : { keyId, requestId, address };
}

function parseEventBody(row: EventRow): TenantEvent {
  const result = eventSchema.safeParse(JSON.parse(row.body));
  return result.success ? result.data : unreadable(row);
}

function unreadable({ type }: EventRow): never {
  const isKnown = isEventType(type) || type === usageBatchType;
  throw new UnreadableEvent(isKnown ? `a stored ${type} does not fit its schema` : 'unsupported type');
}

function foldedKindOf(type: Exclude<TenantEvent['type'], 'usage.reported'>): FoldedKind {
  return eventTypes[type].kind;
}
