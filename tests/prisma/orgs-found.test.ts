import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  db = openAdmin(database.url, 1);
  await db.query("insert into org (id, name) select 'org-' || n, 'Org ' || n from generate_series(1, 3000) n");
  await db.query('vacuum analyze org');
  // As a set of a job reads by keys, and as the portal finds organisations.
  await db.query('set enable_seqscan = off');
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

test('orgs are read by their ids through the key, and found by a part of name or id through its trigrams', async () => {
  const ids = Array.from({ length: 200 }, (_, n) => `org-${n}`);
  expect(await plan('name from org where id = any ($1)', ids)).toContain('org_pkey');
  expect(await plan('id from org where (name || chr(10) || id) ilike $1', '%g-29%')).toContain('org_found');
});

async function plan(selected: string, value: unknown): Promise<string> {
  const { rows } = await db.query<{ 'QUERY PLAN': string }>(`explain select ${selected}`, [value]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
