import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { onTestFinished } from 'vitest';

/** A table that nobody else can write until it is let go: so a process can be caught at one exact statement. */
export interface HeldTable {
  /** Resolves when somebody waits to write it. */
  wanted(): Promise<void>;
  /** How many wait to. */
  waiting(): Promise<number>;
  release(): Promise<void>;
}

const wantedDeadlineMs = 30_000;
const pollMs = 5;

/** To be called in a test, whose end releases what it did not release itself. */
export async function holdTable(db: pg.Pool, table: string): Promise<HeldTable> {
  const client = await db.connect();
  // Reads go on; the sessions of the tests may hold on for longer than those of the product.
  await client.query(`begin; set local idle_in_transaction_session_timeout = 0; lock table ${table} in exclusive mode`);
  let isHeld = true;
  const release = async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('rollback');
    client.release();
  };
  onTestFinished(release);
  return {
    release,
    waiting: () => waitingFor(db, table),
    async wanted() {
      const deadline = Date.now() + wantedDeadlineMs;
      while ((await waitingFor(db, table)) === 0) {
        if (Date.now() > deadline) throw new Error(`nobody wrote ${table} within ${wantedDeadlineMs} ms`);
        await sleep(pollMs);
      }
    },
  };
}

/** How many wait for a table. */
export async function waitingFor(db: pg.Pool, table: string): Promise<number> {
  const { rowCount } = await db.query(
    `select 1 from pg_locks join pg_database on pg_database.oid = database and datname = current_database()
     where not granted and relation = $1::regclass`,
    [table],
  );
  return rowCount ?? 0;
}
