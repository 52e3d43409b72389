import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let admin: pg.Pool;
let db: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 1);
  db = createPool({ url: database.url, role: 'migrator', max: 1, applicationName: 'test' });
  const price = '"model": "per_unit", "currency": "EUR", "unitPrice": 10';
  expect(
    await apply(`{ "meters": { "calls": { "aggregation": "sum" } }, "plans": { "starter": { "prices": { "calls": { ${price} } } }, "bare": {} },
      "orgs": { "acme": { "plan": "starter" }, "beta": { "plan": "starter" } } }`),
  ).toEqual([]);
  await admin.query(
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at)
     values ('acme', 'calls', '2026-10-01', '2026-11-01', 20, 20000, 'EUR', now()); delete from rating_mark`,
  );
});
afterAll(async () => {
  await Promise.all([admin.end(), db.end()]);
  await database.drop();
});

async function apply(text: string, isTrial = false): Promise<string[]> {
  const read = readCatalogueText(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const applied = await applyCatalogue(db, read.file, { at: Date.parse('2026-11-24T12:00:00Z'), by: 'test', isTrial });
  return applied.ok ? [] : read.locate(applied.problems).map(({ line, message }) => `${line} ${message}`);
}

async function everything(): Promise<unknown[]> {
  const { rows } = await admin.query(
    ['org_billing', 'org_plan', 'org_price', 'plan_price', 'rating_mark', 'audit_log']
      .map((table) => `select to_jsonb(t)::text as t from ${table} t`)
      .join(' union all '),
  );
  return rows;
}

const inDollars = '"model": "flat", "currency": "USD", "fee": 1';
const dollars = 'would be priced in USD: let this begin with a later period';
const nothing = 'would have no price: give it one of 0, or let this begin with a later period';

test.each([
  [
    'a price of its plan',
    `{ "plans": { "starter": { "prices": { "calls": { "from": "2026-09-15", ${inDollars} } } } } }`,
    dollars,
  ],
  [
    'a price of its own',
    `{ "orgs": { "acme": { "prices": { "calls": { "from": "2026-09-15", ${inDollars} } } } } }`,
    dollars,
  ],
  ['no plan', '{ "orgs": { "acme": { "plan": { "from": "2026-09-15", "plan": null } } } }', nothing],
  [
    'a plan that does not hold the meter',
    '{ "orgs": { "acme": { "plan": { "from": "2026-09-15", "plan": "bare" } } } }',
    nothing,
  ],
  ['its price taken back', '{ "plans": { "starter": { "prices": { "calls": { "remove": true } } } } }', nothing],
])(
  '%s for a period that was rated is refused with the line and the reason, and nothing changes',
  async (_, text, because) => {
    const before = await everything();
    for (const isTrial of [true, false])
      expect(await apply(text, isTrial)).toEqual([
        `1 calls of acme was rated in EUR from 2026-10-01 on and ${because}`,
      ]);
    expect(await everything()).toEqual(before);
  },
);

test('from the period after on another currency, and no plan, are taken', async () => {
  expect(
    await apply(`{ "plans": { "starter": { "prices": { "calls": { "from": "2026-11-01", ${inDollars} } } } } }`),
  ).toEqual([]);
  expect(await apply('{ "orgs": { "acme": { "plan": { "from": "2026-11-15", "plan": null } } } }')).toEqual([]);
});
