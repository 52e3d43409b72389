import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const chapters = [
  'Postgres down',
  'The database was restored',
  'Redis down',
  'Temporal down or wiped',
  'Worker crash loop',
  'A poison event (isolated)',
  'Backlog',
  'Audit break',
  "A tenant's key leaked",
  'A bad deploy',
  'A missed slot',
  'An invariant is broken',
];
const parts = ['Symptom', 'Query', 'Action', 'Proof'];
let database: TestDatabase;
let db: pg.Pool;
let text: string;

beforeAll(async () => {
  database = await createDatabase();
  db = openAdmin(database.url, 1);
  text = await readFile('docs/runbook.md', 'utf8');
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

test('every query of the runbook runs on the schema of this release', async () => {
  const queries = [...text.matchAll(/```sql\n([^`]+)```/g)].map(([, sql = '']) => sql);
  expect(queries.length).toBeGreaterThan(5);
  for (const sql of queries) await expect(db.query(sql), sql).resolves.toBeDefined();
});

test.each(chapters)('the runbook says of "%s" its symptom, query, safe action and proof', (chapter) => {
  const [, rest = ''] = text.split(`\n## ${chapter}\n`);
  const [own = ''] = rest.split('\n## ');
  for (const part of parts) expect(own).toContain(`**${part}.**`);
});
