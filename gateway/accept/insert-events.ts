import type pg from 'pg';
import { codeOf, isOutcomeUnknown } from '#domain/database-errors';
import type { EpochMs } from '#domain/instants';
import { noteTransactionFailure } from '#prisma/pool';

/** The accepted request as it is kept. With its columns no 200 exists without its audit facts. */
export interface EventRow {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly fingerprint: Buffer;
  readonly idempotencyKey: string;
  readonly keyId: string;
  readonly signatureVersion: 1 | 2;
  readonly requestId: string;
  readonly addressPrefix: string;
  readonly entityKind: string | null;
  readonly entityId: string | null;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
}

/** `stored` speaks only of ids that were there before; it is empty when all rows went in. */
export type InsertResult =
  | { readonly kind: 'done'; readonly stored: readonly StoredRow[] }
  | { readonly kind: 'unsent' | 'rolled-back' | 'deadlock' | 'unknown' | 'bad-data'; readonly error: unknown };

export interface StoredRow {
  readonly org_id: string;
  readonly id: string;
  readonly request_id: string;
  readonly fingerprint: Buffer;
}

/** So many bodies travel as parameters of their own: in an array, each quote of a large one would be escaped and unescaped. */
const ownBodiesMax = 8;

/** One round trip for all rows. Says what is known of the outcome: a batch that got no reply may have been committed. */
export async function insertEvents(db: pg.Pool, rows: readonly EventRow[]): Promise<InsertResult> {
  let client: pg.PoolClient;
  try {
    client = await db.connect();
  } catch (error) {
    return { kind: 'unsent', error };
  }
  try {
    const { rows: stored } = await client.query<StoredRow>({
      ...statementOf(rows),
      values: [...columns(rows), ...bodiesOf(rows)],
    });
    client.release();
    return { kind: 'done', stored };
  } catch (error) {
    // After a failure the state of a connection is unknown: it never goes back to the pool.
    client.release(true);
    noteTransactionFailure(db, error, true);
    return { kind: kindOf(error), error };
  }
}

function statementOf({ length }: readonly EventRow[]) {
  const bodies = Array.from({ length }, (_, index) => `$${firstBody + index}`).join(', ');
  return length > ownBodiesMax
    ? { name: 'accept-events', text: accepting(`$${firstBody}`) }
    : { name: `accept-events-${length}`, text: accepting(`array[${bodies}]::text[]`) };
}

const firstBody = 14;

function accepting(bodies: string): string {
  return `select * from accept_events($1, $2, $3, ${bodies}, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
}

function bodiesOf(rows: readonly EventRow[]): unknown[] {
  const bodies = rows.map((row) => row.body);
  return rows.length > ownBodiesMax ? [bodies] : bodies;
}

function columns(rows: readonly EventRow[]): unknown[] {
  return [
    rows.map((row) => row.tenantId),
    rows.map((row) => row.id),
    rows.map((row) => row.type),
    rows.map((row) => row.fingerprint),
    rows.map((row) => row.idempotencyKey),
    rows.map((row) => row.keyId),
    rows.map((row) => row.signatureVersion),
    rows.map((row) => row.requestId),
    rows.map((row) => row.addressPrefix),
    rows.map((row) => row.entityKind),
    rows.map((row) => row.entityId),
    rows.map((row) => row.occurredAt),
    rows.map((row) => row.receivedAt),
  ];
}

function kindOf(error: unknown): 'rolled-back' | 'deadlock' | 'unknown' | 'bad-data' {
  const code = codeOf(error);
  if (code === undefined || isOutcomeUnknown(error)) return 'unknown';
  if (/^(40001|40P01)$/.test(code)) return 'deadlock';
  if (/^(22|23)/.test(code)) return 'bad-data';
  return 'rolled-back';
}
