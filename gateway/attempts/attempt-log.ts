import type pg from 'pg';
import type { Outcome } from '../answers/outcome.ts';
import type { Arrival } from '../guards/signed-request.ts';
import { attemptRow, nameOfEqual, type AttemptRow } from './attempt-row.ts';

/** Refusals and replays, for staff to see. Bounded: what does not fit, or finds Postgres slow, is dropped and counted. */
export interface AttemptLog {
  add(request: Arrival, outcome: Outcome, latencyMs: number): void;
  waiting(): number;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const waitingMax = 10_000;
const rowsPerInsert = 500;
const flushEveryMs = 1_000;

export function createAttemptLog(db: pg.Pool, onDropped: (count: number) => void): AttemptLog {
  let rows: AttemptRow[] = [];
  let equal = new Map<string, AttemptRow>();
  let flushing: Promise<void> | undefined;

  const writeAll = async () => {
    while (rows.length > 0) {
      const page = rows.splice(0, rowsPerInsert);
      equal = new Map();
      await insertAttempts(db, page).catch(() => onDropped(page.length));
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
      if (rows.length >= waitingMax) return onDropped(1);
      const row = attemptRow(request, outcome, latencyMs);
      rows.push(row);
      if (name !== undefined) equal.set(name, row);
      if (rows.length >= rowsPerInsert) void flush();
    },
    waiting: () => rows.length,
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
