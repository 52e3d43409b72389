import type pg from 'pg';
import { rollUpAll } from './roll-up.ts';
import { withoutIndices } from './without-indices.ts';
import { seededTables, seedOrgs, type SeededTable } from './tables.ts';

const batchRows = 250_000;

/**
 * Fills an empty database with so many rows, the same for the same number. It is there to be read: what is looked up, listed and counted has its
 * usual shape, but no rows of other tables stand behind it, so the invariants do not hold. Triggers and foreign keys rest meanwhile, for which
 * the connection must be a superuser's.
 */
export async function seedRows(db: pg.Pool, rows: number, say: (line: string) => void): Promise<void> {
  const client = await db.connect();
  try {
    await requireEmpty(client);
    await client.query(
      "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'",
    );
    await seedTheOrgs(client);
    for (const seeded of seededTables) {
      const started = performance.now();
      const count = Math.round((rows * seeded.percent) / 100);
      await fill(client, seeded, count);
      say(
        `${count.toLocaleString('en-US')} rows of ${seeded.table} in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
      );
    }
    await client.query(
      `insert into mrr_cohort (org_id, currency, month)
       select org_id, currency, min(date_trunc('month', at at time zone 'UTC'))::date from mrr_movement group by org_id, currency`,
    );
    const started = performance.now();
    await rollUpAll(client);
    say(`figures of days in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
    await client.query('vacuum analyze');
  } finally {
    client.release(true);
  }
}

async function fill(client: pg.ClientBase, { table, insert }: SeededTable, count: number) {
  await withoutIndices(client, table, async () => {
    for (let first = 1; first <= count; first += batchRows)
      await client.query(insert, [first, Math.min(first + batchRows - 1, count), count]);
  });
}

async function requireEmpty(client: pg.ClientBase) {
  const { rowCount } = await client.query('select from org limit 1');
  if (rowCount !== 0) throw new Error('the database has orgs: rows are seeded into an empty one');
}

async function seedTheOrgs(client: pg.ClientBase) {
  await client.query(
    `insert into org (id, name, created_at) select 'seed-' || to_char(g, 'FM0000'), 'Seed ' || g, timestamptz '2025-09-01' + g * interval '1 hour'
      from generate_series(1, $1::int) as g`,
    [seedOrgs],
  );
  await client.query(
    "insert into meter (id, name, aggregation) select m, m, 'sum' from unnest(array['api.calls', 'seats', 'storage.gb']) m",
  );
  await client.query('insert into org_billing (org_id, next_rating_at, next_close_at) select id, null, null from org');
}
