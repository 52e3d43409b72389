import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { eventTypes, subjectOf } from '#domain/event-types';
import { parseEvent, type EventType } from '#domain/events';
import type { Occurred } from '#domain/fold';
import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';

/** An event as a tenant writes it. `at` orders it: minutes after the start of 2026. */
export interface Told {
  readonly type: EventType;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly at?: number;
  /** In the same minutes, when it was received; now, where it is not told. */
  readonly received?: number;
  readonly eventId?: string;
}

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** A valid event of the type: its example, with what the test says of it. */
export function bodyOf(told: Told, tenantId: string) {
  return {
    type: told.type,
    tenantId,
    occurredAt: new Date(start + (told.at ?? 0) * minute).toISOString(),
    data: told.data ?? eventTypes[told.type].example,
  };
}

export function occurred(told: Told, tenantId = 'acme'): Occurred {
  const parsed = parseEvent(bodyOf(told, tenantId), Date.UTC(2027, 0, 1));
  if (!parsed.ok) throw new Error(`not a valid event: ${JSON.stringify(parsed.issues)}`);
  return { eventId: told.eventId ?? randomEventId(), event: parsed.value };
}

export function randomEventId(): string {
  return `evt_${randomBytes(20).toString('base64url')}`;
}

export async function makeOrg(
  db: pg.Pool | pg.ClientBase,
  id = `org-${randomBytes(5).toString('hex')}`,
): Promise<string> {
  await db.query('insert into org (id, name) values ($1, $1)', [id]);
  return id;
}

/** Puts events into the books' queue as the gateway does, without the gateway. Returns their references. */
export async function acceptAll(
  db: pg.Pool | pg.ClientBase,
  tenantId: string,
  told: readonly Told[],
): Promise<EventRef[]> {
  const rows = told.map((one) => {
    const { eventId, event } = occurred(one, tenantId);
    const stored = row(
      tenantId,
      eventId,
      event.type,
      JSON.stringify(bodyOf(one, tenantId)),
      event.occurredAt,
      subjectOf(event),
    );
    return { ...stored, received_at: one.received && new Date(start + one.received * minute).toISOString() };
  });
  await insert(db, rows);
  return rows.map(({ id, type }) => ({ tenantId, eventId: id, type }));
}

export async function acceptUsage(
  db: pg.Pool | pg.ClientBase,
  tenantId: string,
  rows: readonly object[],
  receivedMinute?: number,
): Promise<EventRef> {
  const body = JSON.stringify(rows.map((one) => ({ tenantId, ...one })));
  const receivedAt = start + (receivedMinute ?? 0) * minute;
  const stored = row(tenantId, randomEventId(), usageBatchType, body, receivedAt);
  await insert(db, [{ ...stored, received_at: receivedMinute && new Date(receivedAt).toISOString() }]);
  return { tenantId, eventId: stored.id, type: usageBatchType };
}

/** Puts a row that this release cannot read. */
export async function acceptRaw(
  db: pg.Pool | pg.ClientBase,
  tenantId: string,
  type: string,
  body: string,
): Promise<EventRef> {
  const stored = row(tenantId, randomEventId(), type, body, start);
  await insert(db, [stored]);
  return { tenantId, eventId: stored.id, type };
}

function row(
  tenantId: string,
  id: string,
  type: string,
  body: string,
  occurredAt: number,
  subject?: { kind: string; id: string },
) {
  return {
    org_id: tenantId,
    id,
    type,
    body,
    occurred_at: new Date(occurredAt).toISOString(),
    entity_kind: subject?.kind,
    entity_id: subject?.id,
  };
}

async function insert(db: pg.Pool | pg.ClientBase, rows: readonly object[]) {
  await db.query(
    `with told as (select * from json_populate_recordset(null::event, $1)),
      accepted as (insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix,
        entity_kind, entity_id, occurred_at, received_at)
        select org_id, id, type, body, sha256(convert_to(body, 'UTF8')), id, 'fk_test', 2, 'req', '127.0.0.1', entity_kind, entity_id, occurred_at, coalesce(received_at, now()) from told)
    insert into event_pending (org_id, event_id, received_at, sweep_after) select org_id, id, now(), now() + interval '5 s' from told`,
    [JSON.stringify(rows)],
  );
}
