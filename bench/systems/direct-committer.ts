import type pg from 'pg';
import { bookReported, lockReported } from '#activities/book-reported';
import { decide } from '#activities/decide';
import { loadHistory, lockEntities, readStored } from '#activities/load-events';
import { writeBooks } from '#activities/write-books';
import { writeUsage } from '#activities/write-usage';
import { writeVerdicts } from '#activities/write-verdicts';
import type { Committer } from '#gateway/accept/committer';
import type { EventRow } from '#gateway/accept/insert-events';
import { inTenants, keyedPlans } from '#prisma/pool';

/**
 * The baseline: the same rows (event, books, ledger, Activity, audit entry, verdict), written by one synchronous transaction per request before
 * the answer. No queue, no engine: what a careful service without Temporal does.
 */
export function createDirectCommitter(db: pg.Pool): Committer {
  let waiting = 0;
  return {
    commit: async (row) => {
      waiting++;
      try {
        return await inTenants(db, [row.tenantId], (client) => applyAtOnce(client, row), keyedPlans);
      } finally {
        waiting--;
      }
    },
    waiting: () => waiting,
    drained: () => Promise.resolve(),
    close: () => undefined,
  };
}

async function applyAtOnce(client: pg.PoolClient, row: EventRow) {
  const { rowCount } = await client.query({
    name: 'direct-insert',
    text: `insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind,
        entity_id, occurred_at, received_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, to_timestamp($13::double precision / 1000), to_timestamp($14::double precision / 1000))
      on conflict do nothing`,
    values: [
      row.tenantId,
      row.id,
      row.type,
      row.body,
      row.fingerprint,
      row.idempotencyKey,
      row.keyId,
      row.signatureVersion,
      row.requestId,
      row.addressPrefix,
      row.entityKind,
      row.entityId,
      row.occurredAt,
      row.receivedAt,
    ],
  });
  if (rowCount === 0) return 'repeated';
  const stored = readStored({
    org_id: row.tenantId,
    id: row.id,
    type: row.type,
    body: row.body,
    entity_kind: row.entityKind,
    entity_id: row.entityId,
    occurred_ms: String(row.occurredAt),
    received_ms: String(row.receivedAt),
    key_id: row.keyId,
    request_id: row.requestId,
    address_prefix: row.addressPrefix,
    status: null,
    code: null,
    verdicts: null,
  });
  const keys = stored.entity ? [stored.entity] : [];
  if (keys.length > 0) await lockEntities(client, keys);
  const decisions = decide([stored], keys.length > 0 ? await loadHistory(client, keys) : []);
  await lockReported(client, decisions.ledgers);
  await writeBooks(client, decisions.rows, decisions.shrunk);
  await writeUsage(client, decisions.usage);
  await bookReported(client, decisions.ledgers);
  await writeVerdicts(client, decisions.verdicts, 'direct');
  return 'inserted';
}
