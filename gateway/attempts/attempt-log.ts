import type pg from 'pg';
import type { Outcome } from '../answers/outcome.ts';
import type { Arrival } from '../guards/signed-request.ts';
import { createAttemptQueue } from './attempt-queue.ts';
import { attemptRow, nameOfEqual, type AttemptRow } from './attempt-row.ts';

/** Refusals and replays, for staff to see. Bounded: what does not fit, or finds Postgres slow, is dropped and counted. */
export interface AttemptLog {
  add(request: Arrival, outcome: Outcome, latencyMs: number): void;
  waiting(): number;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const flushEveryMs = 1_000;

export function createAttemptLog(db: pg.Pool, onDropped: (count: number) => void): AttemptLog {
  const queue = createAttemptQueue();
  let equal = new Map<string, AttemptRow>();
  let flushing: Promise<void> | undefined;

  const writeAll = async () => {
    for (let page = queue.nextPage(); page.length > 0; page = queue.nextPage()) {
      equal = new Map();
      const { length } = page;
      await insertAttempts(db, page).catch(() => onDropped(length));
    }
  };
  const flush = () => {
    flushing ??= writeAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };
  const timer = setInterval(() => void flush(), flushEveryMs);
  timer.unref();
  return {
    add(request, outcome, latencyMs) {
      const name = nameOfEqual(request, outcome);
      const before = name === undefined ? undefined : equal.get(name);
      if (before) {
        before.repeats++;
        return;
      }
      const row = attemptRow(request, outcome, latencyMs);
      if (!queue.add(row)) return onDropped(1);
      if (name !== undefined) equal.set(name, row);
      if (queue.hasPage()) void flush();
    },
    waiting: () => queue.length(),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

const statement = `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id,
    idempotency_key, event_id, headers, body, issues, repeats)
  select at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id,
    idempotency_key, event_id, headers, body, issues, repeats
  from json_populate_recordset(null::delivery_attempt, $1)`;

async function insertAttempts(db: pg.Pool, rows: readonly AttemptRow[]): Promise<void> {
  await db.query({ name: 'insert-attempts', text: statement, values: [JSON.stringify(rows)] });
}
