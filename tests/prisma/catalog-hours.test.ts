import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';

let database: TestDatabase;
let admin: pg.Pool;
let db: pg.Pool;
let worker: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 1);
  db = createPool({ url: database.url, role: 'migrator', max: 1, applicationName: 'test' });
  worker = createPool({ url: database.url, role: 'worker', max: 2, applicationName: 'test' });
});
afterAll(async () => {
  await Promise.all([admin.end(), db.end(), worker.end()]);
  await database.drop();
});

async function apply(text: string) {
  const read = readCatalogueText(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return applyCatalogue(db, read.file, { at: Date.now(), by: 'test' });
}

test('hours of an org move the targets of incidents that are open, and go back with them; what is resolved keeps its own', async () => {
  const org = await makeOrg(admin);
  const opened = (id: string) =>
    ({ type: 'incident.opened', data: { incidentId: id, title: 't', severity: 'high' } }) as const;
  const dues = async () => {
    const { rows } = await admin.query<{ id: string; response: Date; resolution: Date }>(
      'select id, response_due_at as response, resolution_due_at as resolution from incident where org_id = $1 order by id',
      [org],
    );
    return rows.map(({ id, response, resolution }) => [id, response.toISOString(), resolution.toISOString()]);
  };
  // 2026-01-01 was a Thursday; told at midnight UTC.
  const tell = async (told: readonly Told[]) => applyEvents(worker, await acceptAll(admin, org, told), 'test');
  await tell([opened('a'), opened('b'), { type: 'incident.resolved', at: 60, data: { incidentId: 'b' } }]);
  const always = (id: string) => [id, '2026-01-01T01:00:00.000Z', '2026-01-01T08:00:00.000Z'];
  const inHours = (id: string) => [id, '2026-01-02T10:00:00.000Z', '2026-01-05T09:00:00.000Z'];
  expect(await dues()).toEqual([always('a'), always('b')]);
  const hours = { timeZone: 'UTC', weekly: { mon: ['08:00-16:00'], thu: ['09:00-17:00'], fri: ['09:00-16:00'] } };
  const file = (told: unknown) => JSON.stringify({ orgs: { [org]: { businessHours: told } } });
  await apply(file({ ...hours, holidays: ['2026-01-01'] }));
  await tell([opened('c')]);
  expect(await dues()).toEqual([inHours('a'), always('b'), inHours('c')]);
  await apply(file(null));
  expect(await dues()).toEqual(['a', 'b', 'c'].map(always));
});
