import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isTooSlow } from '#domain/database-errors';
import type { Breaker } from '../limits/breaker.ts';
import type { CommitResult, Waiting } from './commit-queue.ts';
import { insertEvents, type EventRow, type InsertResult, type StoredRow } from './insert-events.ts';

export interface CommitEvents {
  onFailure(kind: InsertResult['kind'], error: unknown): void;
}

const againAfterMs = 100;
const deadlocksMax = 3;
// Two seconds without an answer, and again: by then the first who wait are near their deadline, and nobody should join them.
const silenceWeight = 2;

/**
 * Sends a batch until it is known what became of it. Without a reply the same rows are sent again on a new connection,
 * until each row's deadline: their ids make that harmless. A row that the database refuses takes no other with it.
 */
export async function commitBatch(
  db: pg.Pool,
  batch: readonly Waiting[],
  breaker: Breaker,
  events: CommitEvents,
): Promise<void> {
  let mayBeCommitted = false;
  let live = batch;
  const timers: NodeJS.Timeout[] = [];
  for (let deadlocks = 0; live.length > 0;) {
    const result = await insertEvents(
      db,
      live.map(({ row }) => row),
    );
    if (result.kind === 'done') {
      breaker.succeeded();
      answerAll(live, result.stored);
      break;
    }
    events.onFailure(result.kind, result.error);
    if (result.kind === 'deadlock' && ++deadlocks < deadlocksMax) continue;
    if (result.kind === 'bad-data') {
      await commitSingly(db, live, breaker, events);
      break;
    }
    breaker.failed(isTooSlow(result.error) ? silenceWeight : 1);
    if (result.kind !== 'unknown' && !mayBeCommitted) {
      for (const { done } of live) done('unsent');
      break;
    }
    if (!mayBeCommitted) timers.push(...live.map(answerAtDeadline));
    mayBeCommitted = true;
    await sleep(againAfterMs);
    const now = performance.now();
    live = live.filter(({ deadlineMs }) => deadlineMs > now);
  }
  for (const timer of timers) clearTimeout(timer);
}

async function commitSingly(db: pg.Pool, batch: readonly Waiting[], breaker: Breaker, events: CommitEvents) {
  const [only] = batch;
  if (batch.length === 1 && only) return only.done('failed');
  for (const waiting of batch) await commitBatch(db, [waiting], breaker, events);
}

function answerAll(batch: readonly Waiting[], stored: readonly StoredRow[]) {
  const byId = new Map(stored.map((row) => [`${row.org_id} ${row.id}`, row]));
  for (const { row, done } of batch) done(resultOf(row, byId.get(`${row.tenantId} ${row.id}`)));
}

function resultOf(row: EventRow, stored: StoredRow | undefined): CommitResult {
  if (!stored || stored.request_id === row.requestId) return 'inserted';
  return stored.fingerprint.equals(row.fingerprint) ? 'repeated' : 'reused';
}

function answerAtDeadline({ deadlineMs, done }: Waiting): NodeJS.Timeout {
  return setTimeout(() => done('unknown'), Math.max(0, deadlineMs - performance.now()));
}
