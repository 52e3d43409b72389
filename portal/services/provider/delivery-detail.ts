import 'server-only';
import type pg from 'pg';
import { z } from 'zod';
import type { Database } from '#prisma/client';
import { problems } from '#domain/errors';
import { environment } from '../../server/environment.ts';
import { isRejectionCode, isProblemCode } from './deliveries-query.ts';
import { rejections } from '#domain/rejections';
import { checksOf } from './delivery-checks.ts';
import type { Check } from './delivery-checks.ts';
import { rowOf, rowsSql } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { readDomainRow } from './domain-row.ts';
import type { Field } from './domain-row.ts';

export interface DeliveryDetail {
  readonly row: DeliveryRow;
  readonly requestId: string;
  readonly addressPrefix: string;
  readonly signatureVersion: number | undefined;
  readonly occurredAt: number | undefined;
  readonly request: {
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** undefined where it was not kept. */
    readonly body: string | undefined;
    readonly bodyBytes: number;
    readonly isBodyCut: boolean;
  };
  readonly checks: readonly Check[];
  readonly response: {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  };
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly rejection: string | undefined;
  readonly attempts: readonly DeliveryRow[];
  readonly effect: DeliveryEffect | undefined;
}

export interface DeliveryEffect {
  readonly workflowId: string | undefined;
  readonly decidedAt: number | undefined;
  readonly verdicts: number;
  readonly entity: { readonly kind: string; readonly id: string } | undefined;
  readonly fields: readonly Field[] | undefined;
  readonly usage: { readonly rows: number; readonly first: readonly UsageRow[] } | undefined;
  readonly activities: readonly {
    readonly action: string;
    readonly entity: string;
    readonly occurredAt: number;
    readonly recordedAt: number;
  }[];
  readonly audit: readonly AuditEntry[];
}

export interface UsageRow {
  readonly meter: string;
  readonly quantity: string;
  readonly windowStart: number;
  readonly windowEnd: number;
}

export interface AuditEntry {
  readonly seq: string;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly detail: string;
  readonly hash: string;
}

const Issues = z.array(z.object({ path: z.string(), message: z.string() })).catch([]);

const bodyShownMax = 64 * 1024;
const attemptsShownMax = 50;
const usageRowsShownMax = 20;
const redacted = '[redacted]';
const secretHeaders = new Set(['x-signature', 'authorization', 'cookie', 'proxy-authorization']);

/** A row's own key: `<org>.<event id>` or `att_<number>`; undefined for any other text. */
export function parseRowId(
  id: string,
): { readonly org: string; readonly event: string } | { readonly attempt: string } | undefined {
  const attempt = /^att_(\d{1,18})$/.exec(id);
  if (attempt?.[1]) return { attempt: attempt[1] };
  const event = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,127})\.(evt_[A-Za-z0-9_-]{1,128})$/.exec(id);
  return event?.[1] && event[2] ? { org: event[1], event: event[2] } : undefined;
}

export async function readDelivery(db: Database, id: string): Promise<DeliveryDetail | undefined> {
  const key = parseRowId(id);
  if (!key) return undefined;
  return 'attempt' in key ? readAttempt(db, key.attempt) : readEvent(db, key.org, key.event);
}

async function readEvent(db: Database, orgId: string, eventId: string): Promise<DeliveryDetail | undefined> {
  const { rows } = await db.pool.query(
    `select e.request_id, e.address_prefix, e.signature_version, e.occurred_at, e.key_id, e.idempotency_key, e.entity_kind, e.entity_id,
       left(e.body, $3) as body, octet_length(e.body) as bytes, v.workflow_id, v.decided_at, v.verdicts, v.rejection
     from event e left join event_verdict v on v.org_id = e.org_id and v.event_id = e.id where e.org_id = $1 and e.id = $2`,
    [orgId, eventId, bodyShownMax],
  );
  const stored = rows[0];
  if (!stored) return undefined;
  const attempts = await readAttempts(db.pool, orgId, stored.idempotency_key, eventId);
  const row = attempts.find(({ id }) => id === `${orgId}.${eventId}`);
  if (!row) return undefined;
  return {
    row,
    requestId: stored.request_id,
    addressPrefix: stored.address_prefix,
    signatureVersion: stored.signature_version,
    occurredAt: stored.occurred_at.getTime(),
    request: {
      headers: [
        ['content-type', 'application/json'],
        ['x-provider-keyid', stored.key_id],
        ['x-idempotency-key', stored.idempotency_key],
        ['x-signature', `v${stored.signature_version}=${redacted}`],
      ],
      body: stored.body,
      bodyBytes: stored.bytes,
      isBodyCut: stored.bytes > Buffer.byteLength(stored.body),
    },
    checks: checksOf(row),
    response: { status: row.status, body: { ok: true, id: eventId } },
    issues: [],
    rejection: row.result === 'rejected' ? (stored.rejection ?? rejectionText(row.code)) : undefined,
    attempts,
    effect: await readEffect(db, orgId, eventId, stored),
  };
}

async function readAttempt(db: Database, attemptId: string): Promise<DeliveryDetail | undefined> {
  const { rows } = await db.pool.query(
    'select request_id, address_prefix, org_id, idempotency_key, event_id, headers, body, issues, claimed_key_id from delivery_attempt where id = $1',
    [attemptId],
  );
  const stored = rows[0];
  if (!stored) return undefined;
  const [alone] = await readRows(
    db.pool,
    `select a.at, false as is_event, a.org_id, a.event_id, a.id as attempt_id from delivery_attempt a where a.id = $1`,
    [attemptId],
  );
  if (!alone) return undefined;
  const isKnown = stored.org_id !== null && stored.idempotency_key !== null;
  const attempts = isKnown
    ? await readAttempts(db.pool, stored.org_id, stored.idempotency_key, stored.event_id)
    : [alone];
  const body: Buffer | null = stored.body;
  return {
    row: alone,
    requestId: stored.request_id,
    addressPrefix: stored.address_prefix,
    signatureVersion: undefined,
    occurredAt: undefined,
    request: {
      headers: headersOf(stored.headers),
      body: body?.toString('utf8'),
      bodyBytes: body?.length ?? 0,
      isBodyCut: (body?.length ?? 0) >= 16 * 1024,
    },
    checks: checksOf(alone),
    response: { status: alone.status, body: answerOf(alone, stored.request_id, stored.issues) },
    issues: Issues.parse(stored.issues),
    rejection: undefined,
    attempts,
    effect: undefined,
  };
}

/** All requests of one delivery in the order they came. */
function readAttempts(
  pool: pg.Pool,
  orgId: string,
  idempotencyKey: string,
  eventId: string | null,
): Promise<DeliveryRow[]> {
  return readRows(
    pool,
    `(select e.received_at as at, true as is_event, e.org_id, e.id as event_id, null::bigint as attempt_id from event e where e.org_id = $1 and e.id = $3)
     union all
     (select a.at, false, a.org_id, a.event_id, a.id from delivery_attempt a where a.idempotency_key = $2 and a.org_id = $1
      order by a.at desc, a.id desc limit ${attemptsShownMax})`,
    [orgId, idempotencyKey, eventId],
  );
}

async function readRows(pool: pg.Pool, union: string, values: readonly unknown[]): Promise<DeliveryRow[]> {
  const { rows } = await pool.query(rowsSql(union, 'asc', attemptsShownMax + 1), [...values]);
  return rows.map(rowOf);
}

interface StoredEffect {
  readonly workflow_id: string | null;
  readonly decided_at: Date | null;
  readonly verdicts: number | null;
  readonly entity_kind: string | null;
  readonly entity_id: string | null;
}

async function readEffect(
  { pool, prisma }: Database,
  orgId: string,
  eventId: string,
  stored: StoredEffect,
): Promise<DeliveryEffect> {
  const entity =
    stored.entity_kind && stored.entity_id ? { kind: stored.entity_kind, id: stored.entity_id } : undefined;
  const [activities, audit, fields, usage] = await Promise.all([
    prisma.activity.findMany({
      where: { orgId, eventId },
      select: { action: true, entityKind: true, entityId: true, occurredAt: true, recordedAt: true },
      orderBy: { recordedAt: 'asc' },
      take: attemptsShownMax,
    }),
    readAudit(pool, orgId, eventId),
    entity && readDomainRow(prisma, orgId, entity.kind, entity.id),
    entity ? undefined : readUsage(pool, orgId, eventId),
  ]);
  return {
    workflowId: stored.workflow_id ?? undefined,
    decidedAt: stored.decided_at?.getTime(),
    verdicts: stored.verdicts ?? 0,
    entity,
    fields,
    usage,
    activities: activities.map((one) => ({
      action: one.action,
      entity: `${one.entityKind}/${one.entityId}`,
      occurredAt: one.occurredAt.getTime(),
      recordedAt: one.recordedAt.getTime(),
    })),
    audit,
  };
}

async function readAudit(pool: pg.Pool, orgId: string, eventId: string): Promise<readonly AuditEntry[]> {
  const { rows } = await pool.query(
    `select seq::text, at, actor, action, subject, outcome, detail::text, encode(hash, 'hex') as hash
     from audit_log where org_id = $1 and event_id = $2 order by verdict`,
    [orgId, eventId],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

async function readUsage(pool: pg.Pool, orgId: string, eventId: string): Promise<DeliveryEffect['usage']> {
  const { rows } = await pool.query(
    `select meter, quantity::text, window_start, window_end, count(*) over ()::int as rows
     from usage_meter where org_id = $1 and event_id = $2 order by row_index limit ${usageRowsShownMax}`,
    [orgId, eventId],
  );
  return {
    rows: rows[0]?.rows ?? 0,
    first: rows.map((row) => ({
      meter: row.meter,
      quantity: row.quantity.includes('.') ? row.quantity.replace(/\.?0+$/, '') : row.quantity,
      windowStart: row.window_start.getTime(),
      windowEnd: row.window_end.getTime(),
    })),
  };
}

function headersOf(stored: unknown): [string, string][] {
  if (typeof stored !== 'object' || stored === null) return [];
  return Object.entries(stored).map(([name, value]) => [
    name,
    secretHeaders.has(name.toLowerCase()) ? redacted : String(value),
  ]);
}

function answerOf(
  { status, code, result, eventId }: DeliveryRow,
  requestId: string,
  issues: unknown,
): Record<string, unknown> {
  if (result === 'replayed') return { ok: true, id: eventId };
  const { GATEWAY_URL } = environment();
  const told = code !== undefined && isProblemCode(code) ? problems[code] : undefined;
  return {
    ok: false,
    code,
    ...(told && GATEWAY_URL && { type: `${GATEWAY_URL}/docs#${code}` }),
    ...(told && { title: told.title, status: told.status, detail: told.detail }),
    ...(!told && { status }),
    requestId,
    ...(issues === null ? {} : { issues }),
  };
}

function rejectionText(code: string | undefined) {
  return code !== undefined && isRejectionCode(code) ? rejections[code] : undefined;
}
