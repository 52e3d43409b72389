import { usageBatchType } from '#domain/usage';
import type { Direction } from '../../lists/keyset.ts';
import type { DeliveryResult } from './deliveries-query.ts';

/** One line of the log. */
export interface DeliveryRow {
  /** Names the row in `?row=`: `<org>.<event id>` or `att_<number>`. */
  readonly id: string;
  readonly cursorId: string;
  readonly at: number;
  readonly org: { readonly id: string; readonly name: string } | undefined;
  /** Of the event; undefined where nothing was stored that has one. */
  readonly type: string | undefined;
  /** Of the gateway: events, usage or event-state. */
  readonly route: string;
  readonly result: DeliveryResult;
  readonly status: number;
  /** The contract's problem code, or why the event was rejected. */
  readonly code: string | undefined;
  /** From receipt to outcome: the decision of an event, the answer of a refusal or replay. */
  readonly tookMs: number | undefined;
  /** The how-manieth request of its delivery. */
  readonly attempt: number | undefined;
  /** Equal requests of an unverified sender that this row stands for. */
  readonly repeats: number;
  readonly idempotencyKey: string | undefined;
  readonly eventId: string | undefined;
  readonly keyId: string | undefined;
}

/** The rows of a page from the keys that a union of branches gives, in the walk's order. */
export function rowsSql(union: string, walk: Direction, limit: number): string {
  return `
with page as materialized (
  select * from (${union}) u order by ${orderOf('u', walk)} limit ${limit})
select p.at, p.is_event, p.attempt_id::text, coalesce(e.org_id, a.org_id) as org_id, o.name as org_name, e.type, a.route, a.status,
  coalesce(e.id, a.event_id) as event_id, coalesce(e.idempotency_key, a.idempotency_key) as idempotency_key,
  coalesce(e.key_id, a.claimed_key_id) as key_id, a.code, a.latency_ms, a.repeats,
  w.event_id is not null as is_pending, v.status as verdict, v.rejection_code, extract(epoch from v.decided_at - v.received_at) * 1000 as decided_ms,
  n.attempts, e.received_at <= p.at as is_after_event
from page p ${joins}
left join org o on o.id = p.org_id
cross join lateral (
  select count(*)::int as attempts from delivery_attempt b
  where b.idempotency_key = coalesce(e.idempotency_key, a.idempotency_key) and b.org_id = p.org_id and (b.at, b.id) < (p.at, coalesce(p.attempt_id, 0))) n
order by ${orderOf('p', walk)}`;
}

/** The same rows for a file: of `p` and what is joined to it. */
export function fileSql(union: string, walk: Direction, limit: number, columns: string): string {
  return `with page as materialized (select * from (${union}) u order by ${orderOf('u', walk)} limit ${limit})
    select ${columns} from page p ${joins} order by ${orderOf('p', walk)}`;
}

const joins = `left join delivery_attempt a on a.id = p.attempt_id
  left join event e on e.org_id = p.org_id and e.id = p.event_id
  left join event_pending w on w.org_id = p.org_id and w.event_id = p.event_id
  left join event_verdict v on v.org_id = p.org_id and v.event_id = p.event_id`;

// As the keysets of the branches have it: what was refused or repeated may name an event, and is not ordered by it.
function orderOf(rows: string, walk: Direction) {
  const eventId = `case when ${rows}.is_event then ${rows}.event_id end`;
  return `${rows}.at ${walk}, ${rows}.is_event ${walk}, ${eventId} ${walk}, ${rows}.attempt_id ${walk}`;
}

interface Stored {
  readonly at: Date;
  readonly is_event: boolean;
  readonly is_after_event: boolean | null;
  readonly attempt_id: string | null;
  readonly org_id: string | null;
  readonly org_name: string | null;
  readonly type: string | null;
  readonly route: string | null;
  readonly status: number | null;
  readonly event_id: string | null;
  readonly idempotency_key: string | null;
  readonly key_id: string | null;
  readonly code: string | null;
  readonly latency_ms: number | null;
  readonly repeats: number | null;
  readonly is_pending: boolean;
  readonly verdict: string | null;
  readonly rejection_code: string | null;
  readonly decided_ms: string | null;
  readonly attempts: number;
}

const acceptedStatus = 200;

export function rowOf(row: Stored): DeliveryRow {
  const { attemptBefore, ...own } = row.is_event ? eventPart(row) : attemptPart(row);
  const isDelivery = row.org_id !== null && row.idempotency_key !== null;
  return {
    ...own,
    at: row.at.getTime(),
    org: row.org_id === null ? undefined : { id: row.org_id, name: row.org_name ?? row.org_id },
    type: row.type ?? undefined,
    idempotencyKey: row.idempotency_key ?? undefined,
    eventId: row.event_id ?? undefined,
    keyId: row.key_id ?? undefined,
    attempt: isDelivery ? attemptBefore + row.attempts : undefined,
  };
}

function eventPart(row: Stored) {
  const result: DeliveryResult =
    row.is_pending || row.verdict === null ? 'accepted' : row.verdict === 'rejected' ? 'rejected' : 'applied';
  return {
    id: `${row.org_id}.${row.event_id}`,
    cursorId: `${row.event_id}`,
    route: row.type === usageBatchType ? 'usage' : 'events',
    result,
    status: acceptedStatus,
    code: result === 'rejected' ? (row.rejection_code ?? undefined) : undefined,
    tookMs: result === 'accepted' || row.decided_ms === null ? undefined : Number(row.decided_ms),
    repeats: 1,
    attemptBefore: 1,
  };
}

function attemptPart(row: Stored) {
  const status = row.status ?? 0;
  const result: DeliveryResult = status < 300 ? 'replayed' : 'refused';
  return {
    id: `att_${row.attempt_id}`,
    cursorId: `att_${row.attempt_id}`,
    route: row.route ?? '',
    result,
    status,
    code: result === 'refused' ? (row.code ?? undefined) : undefined,
    tookMs: row.latency_ms ?? undefined,
    repeats: row.repeats ?? 1,
    // A replay answers what was accepted before it.
    attemptBefore: row.is_after_event ? 2 : 1,
  };
}
