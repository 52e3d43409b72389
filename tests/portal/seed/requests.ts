import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';
import { eventIdOf } from '#gateway/accept/event-id';

/** An accepted request, as the gateway stores it. */
export interface Accepted {
  readonly org: string;
  readonly body: unknown;
  readonly idempotencyKey: string;
  readonly keyId: string;
  readonly receivedAt: number;
}

/** A refused or replayed one. */
export interface Attempt {
  readonly at: number;
  readonly status: number;
  readonly code: string;
  readonly route?: 'events' | 'usage' | 'event-state';
  readonly org?: string;
  readonly keyId?: string;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly issues?: unknown;
  readonly latencyMs?: number;
  readonly repeats?: number;
  readonly requestId?: string;
}

/** Inserts through SQL, as a superuser, what the gateway would have written. */
export async function acceptRequests(db: pg.Pool, requests: readonly Accepted[]): Promise<EventRef[]> {
  const rows = requests.map(rowOf);
  await db.query(
    `with told as (select * from json_populate_recordset(null::event, $1)),
      accepted as (insert into event select (e).* from (select e from told e) x)
     insert into event_pending (org_id, event_id, received_at, sweep_after) select org_id, id, received_at, received_at + interval '1 day' from told`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ org_id: tenantId, id, type }) => ({ tenantId, eventId: id, type }));
}

/** Applies them by the real activity, then gives each decision the moment and the run it would have had. */
export async function decideAll(
  db: pg.Pool,
  refs: readonly EventRef[],
  tookMs: (index: number) => number,
): Promise<void> {
  for (let at = 0; at < refs.length; at += 100) await applyEvents(db, refs.slice(at, at + 100), 'seed');
  await db.query(
    `update event_verdict v set workflow_id = 'event:' || v.org_id || ':' || v.event_id,
       decided_at = v.received_at + t.ms * interval '1 millisecond'
     from unnest($1::text[], $2::text[], $3::float8[]) as t (org_id, event_id, ms) where v.org_id = t.org_id and v.event_id = t.event_id`,
    [refs.map(({ tenantId }) => tenantId), refs.map(({ eventId }) => eventId), refs.map((_, index) => tookMs(index))],
  );
}

export async function addAttempts(db: pg.Pool, attempts: readonly Attempt[]): Promise<void> {
  const rows = attempts.map((one, index) => ({
    at: new Date(one.at).toISOString(),
    request_id: one.requestId ?? `req_${index}_${one.at}`,
    route: one.route ?? 'events',
    status: one.status,
    code: one.code,
    latency_ms: one.latencyMs ?? 2.5,
    address_prefix: '203.0.113.0/24',
    claimed_key_id: one.keyId ?? null,
    org_id: one.org ?? null,
    idempotency_key: one.idempotencyKey ?? null,
    event_id: one.org && one.idempotencyKey ? eventIdOf(one.org, one.idempotencyKey) : null,
    headers: one.headers ?? null,
    body: one.body === undefined ? null : `\\x${Buffer.from(one.body).toString('hex')}`,
    issues: one.issues ?? null,
    repeats: one.repeats ?? 1,
  }));
  await db.query(
    `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id, idempotency_key, event_id,
       headers, body, issues, repeats)
     select at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id, idempotency_key, event_id, headers, body, issues, repeats
     from json_populate_recordset(null::delivery_attempt, $1) order by at`,
    [JSON.stringify(rows)],
  );
}

export async function addOrgs(
  db: pg.Pool,
  orgs: readonly { readonly id: string; readonly name: string; readonly keyId: string }[],
): Promise<void> {
  for (const { id, name, keyId } of orgs) {
    await db.query('insert into org (id, name) values ($1, $2)', [id, name]);
    await db.query("insert into federation_key (org_id, id, name, scopes) values ($1, $2, 'main', '{events,usage}')", [
      id,
      keyId,
    ]);
  }
}

function rowOf({ org, body, idempotencyKey, keyId, receivedAt }: Accepted) {
  const id = eventIdOf(org, idempotencyKey);
  const told = Array.isArray(body) ? undefined : eventOf(body);
  const subject = told && subjectOf(told);
  return {
    org_id: org,
    id,
    type: told?.type ?? usageBatchType,
    body: JSON.stringify(body),
    fingerprint: `\\x${'00'.repeat(32)}`,
    idempotency_key: idempotencyKey,
    key_id: keyId,
    signature_version: 2,
    request_id: `req_${id.slice(4, 24)}`,
    address_prefix: '203.0.113.0/24',
    entity_kind: subject?.kind ?? null,
    entity_id: subject?.id ?? null,
    occurred_at: new Date(told?.occurredAt ?? receivedAt).toISOString(),
    received_at: new Date(receivedAt).toISOString(),
  };
}

function eventOf(body: unknown) {
  const parsed = parseEvent(body, Date.UTC(2100, 0, 1));
  if (!parsed.ok) throw new Error(`the seed is no valid event: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}
