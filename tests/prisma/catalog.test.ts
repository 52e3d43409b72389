import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shownCatalogue } from '#domain/billing/catalogue-shown';
import { applyCatalogue, type Applied } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { loadEntries } from '#prisma/catalog-rows';
import { catalogueText } from '#prisma/catalog-text';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const example = `{
  // What is counted.
  "meters": {
    "api.calls": { "name": "API calls", "aggregation": "sum", "unit": "call" },
    "seats": { "aggregation": "max" },
  },
  "plans": {
    "starter": {
      "name": "Starter",
      "ai": { "credits": 1000, "isHardCap": true },
      "prices": {
        "api.calls": [
          { "from": "2025-11-01", "until": "2026-01-01", "model": "per_unit", "currency": "EUR", "unitPrice": 0.000000000001 },
          { "from": "2026-01-01", "model": "graduated", "currency": "EUR", "freeUnits": 10, "minimumMinor": 5,
            "tiers": [{ "upTo": 1000, "unitPrice": 1, "flatFee": 2 }, { "upTo": null, "unitPrice": 0.0015 }] }
        ],
        "ai.overage": { "model": "package", "currency": "EUR", "size": 100, "price": 5 }
      }
    },
    "bare": {}
  },
  "orgs": {
    "acme": { "name": "Acme", "timeZone": "Europe/Berlin", "taxRate": 0.19, "plan": "starter",
      "dunning": { "retryDays": [1, 2], "graceDays": 0, "endState": "past_due" },
      "businessHours": { "timeZone": "Europe/Berlin", "weekly": { "mon": ["09:00-12:00", "13:00-17:00"], "tue": ["09:00-17:00"] },
        "holidays": ["2026-12-25", "2026-01-01"] },
      "paymentMethod": { "provider": "sandbox", "token": "pm_ok" },
      "prices": { "seats": { "from": "2026-02-01", "model": "volume", "currency": "JPY", "tiers": [{ "upTo": null, "unitPrice": 7 }] } } },
    "beta": { "plan": [{ "from": "2025-12-01", "plan": "starter" }, { "from": "2026-06-01T00:00:00.001Z", "plan": null }] }
  }
}`;

let database: TestDatabase;
let admin: pg.Pool;
let db: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 1);
  db = createPool({ url: database.url, role: 'migrator', max: 1, applicationName: 'test' });
});
afterAll(async () => {
  await Promise.all([admin.end(), db.end()]);
  await database.drop();
});

describe('the catalogue', () => {
  test('is applied once: a second time nothing changes, not even the log', async () => {
    const first = await apply(example);
    expect(first).toMatchObject({
      ok: true,
      counts: {
        meter: { created: 3 },
        plan: { created: 2 },
        planPrice: { created: 3 },
        org: { created: 2 },
        orgPlan: { created: 3 },
      },
    });
    const before = await everything();
    expect(changedIn(await apply(example))).toBe(0);
    expect(await everything()).toEqual(before);
  });

  test('is shown in the form in which it is written, so that applying what is shown changes nothing', async () => {
    const before = await everything();
    const text = await shown();
    expect(text).toContain('"unitPrice": "0.000000000001"');
    expect(changedIn(await apply(text))).toBe(0);
    expect(await everything()).toEqual(before);
    expect(await shown()).toBe(text);
  });

  test('is audited: each thing that changed once, an org on its own chain, without the token of a payment method', async () => {
    await apply(
      '{ "orgs": { "acme": { "dueDays": 3, "paymentMethod": { "provider": "sandbox", "token": "pm_declined_soft" } } } }',
    );
    const { rows } = await admin.query(
      "select action, detail from audit_log where org_id = 'acme' order by seq desc limit 1",
    );
    expect(rows).toEqual([
      {
        action: 'catalogue.org_changed',
        detail: {
          before: { dueDays: 0, paymentMethod: { provider: 'sandbox' } },
          after: { dueDays: 3, paymentMethod: { provider: 'sandbox' } },
        },
      },
    ]);
    const { rows: counted } = await admin.query<{ org_id: string; n: string }>(
      "select org_id, count(*) as n from audit_log where action like 'catalogue.%' group by 1 order by 1",
    );
    expect(counted.map(({ org_id, n }) => [org_id, Number(n)])).toEqual([
      ['_provider', 8],
      ['acme', 4],
      ['beta', 3],
    ]);
  });

  test('changes what is named and nothing beside it; null takes a setting away', async () => {
    await apply('{ "orgs": { "acme": { "taxRate": null, "dunning": null } } }');
    const { rows } = await admin.query(
      `select o.name, o.time_zone, o.tax_rate, b.due_days, b.dunning_policy, b.payment_token from org o join org_billing b on b.org_id = o.id
        where o.id = 'acme'`,
    );
    expect(rows).toEqual([
      {
        name: 'Acme',
        time_zone: 'Europe/Berlin',
        tax_rate: null,
        due_days: 3,
        dunning_policy: null,
        payment_token: 'pm_declined_soft',
      },
    ]);
  });

  test('lets what waits for another payment method be tried again', async () => {
    await admin.query(`insert into invoice (org_id, id, source, ref, status, currency, created_at, version) values ('acme', 'i1', 'rated', 'r1', 'open', 'EUR', now(), 1);
      insert into dunning_case (org_id, id, invoice_id, state, opened_at, policy, failed_on, steps_left, stopped_on)
        values ('acme', 'i1', 'i1', 'retrying', now(), '{ "retryDays": [1, 3, 40], "graceDays": 7, "endState": "past_due" }', '2026-11-01', '{3}', '2026-11-01')`);
    await apply('{ "orgs": { "acme": { "dueDays": 4 } } }');
    const read = async () => (await admin.query('select has_new_method, stopped_on, next_at from dunning_case')).rows;
    expect(await read()).toMatchObject([{ has_new_method: false, next_at: null }]);
    await apply(
      '{ "orgs": { "acme": { "paymentMethod": { "provider": "sandbox", "token": "pm_ok" }, "dueDays": 3 } } }',
    );
    expect(await read()).toEqual([{ has_new_method: true, stopped_on: null, next_at: new Date(now) }]);
    await apply('{ "orgs": { "acme": { "paymentMethod": { "provider": "sandbox", "token": "pm_declined_soft" } } } }');
  });

  test('keeps the zones that were: a change holds from when it is applied', async () => {
    await apply('{ "orgs": { "acme": { "timeZone": "Asia/Tokyo" } } }', now + 1_000);
    await apply('{ "orgs": { "acme": { "timeZone": "UTC" } } }', now + 2_000);
    const { rows } = await admin.query(
      "select from_at::text as from_at, time_zone from org_zone where org_id = 'acme' order by from_at",
    );
    expect(rows.map(({ time_zone }) => time_zone)).toEqual(['Europe/Berlin', 'Asia/Tokyo', 'UTC']);
    expect(rows[0]).toMatchObject({ from_at: '-infinity' });
  });

  test('takes a day as its first moment in the zones that are furthest ahead', async () => {
    const { rows } = await admin.query("select from_at from org_plan where org_id = 'beta' order by from_at limit 1");
    expect(rows).toEqual([{ from_at: new Date('2025-11-30T10:00:00Z') }]);
  });

  test('creates an org that is not there, and takes back an entry only where it says so', async () => {
    await apply(
      '{ "orgs": { "gamma": { "plan": [{ "from": "2026-01-01", "plan": "bare" }, { "from": "2026-02-01", "plan": "starter" }] } } }',
    );
    await apply('{ "orgs": { "gamma": { "plan": [] } } }');
    const removal = '{ "orgs": { "gamma": { "plan": { "from": "2026-02-01", "remove": true } } } }';
    expect(await apply(removal)).toMatchObject({ counts: { orgPlan: { removed: 1 } } });
    expect(changedIn(await apply(removal))).toBe(0);
    const { rows } = await admin.query("select plan_id from org_plan where org_id = 'gamma'");
    expect(rows).toEqual([{ plan_id: 'bare' }]);
  });
});

describe('what the catalogue has rated before', () => {
  test('is rated again where a price that has begun changes, for the orgs of the plan while they had it', async () => {
    await settled();
    await apply(priceOf('"from": "2026-01-01", "model": "flat", "currency": "EUR", "fee": 1'));
    expect(await marks()).toEqual([
      'acme usage api.calls 2025-12-31T10:00:00.000Z 2026-11-24T12:00:00.000Z',
      'beta usage api.calls 2025-12-31T10:00:00.000Z 2026-06-01T00:00:00.001Z',
    ]);
    await settled();
    await apply(priceOf('"from": "2026-12-01", "model": "flat", "currency": "EUR", "fee": 2'));
    expect(await marks()).toEqual([]);
    await apply(priceOf('"from": "2026-01-01", "until": "2026-02-01", "model": "flat", "currency": "EUR", "fee": 1'));
    expect(await marks()).toHaveLength(2);
  });

  test('is rated again where the plan or the own price of an org changes for the past', async () => {
    await settled();
    await apply('{ "orgs": { "beta": { "plan": { "from": "2026-06-01T00:00:00.001Z", "plan": "starter" } } } }');
    expect(await marks()).toEqual([
      'beta usage ai.overage 2026-06-01T00:00:00.001Z 2026-11-24T12:00:00.000Z',
      'beta usage api.calls 2026-06-01T00:00:00.001Z 2026-11-24T12:00:00.000Z',
    ]);
    await settled();
    await apply(
      '{ "orgs": { "beta": { "prices": { "seats": { "from": "2026-10-01", "until": "2026-11-01", "model": "flat", "currency": "EUR", "fee": 1 } } } } }',
    );
    expect(await marks()).toEqual(['beta usage seats 2026-09-30T10:00:00.000Z 2026-10-31T10:00:00.000Z']);
    const { rows } = await admin.query(
      "select next_rating_at::text as at from org_billing where org_id in ('acme', 'beta') order by org_id",
    );
    expect(rows).toEqual([{ at: '2027-01-01 00:00:00+00' }, { at: '-infinity' }]);
  });

  test('keeps its currency, and a meter that was rated its aggregation', async () => {
    expect(await apply(priceOf('"from": "2025-11-01", "model": "flat", "currency": "USD", "fee": 1'))).toMatchObject({
      problems: [{ message: expect.stringContaining('is in "EUR"') }],
    });
    await admin.query(
      "insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at) values ('acme', 'seats', '2026-01-01', '2026-02-01', 1, 1, 'EUR', now())",
    );
    expect(await apply('{ "meters": { "seats": { "aggregation": "latest" } } }')).toMatchObject({
      problems: [{ path: ['meters', 'seats', 'aggregation'] }],
    });
    expect(await apply('{ "meters": { "seats": { "aggregation": "max", "name": "Seats" } } }')).toMatchObject({
      ok: true,
    });
  });
});

describe('a file with something wrong in it', () => {
  test('names a plan or a meter that is nowhere, and what begins twice on one day', async () => {
    const text = `{ "orgs": { "acme": {
      "plan": [{ "from": "2026-01-01", "plan": "nowhere" },
               { "from": "2026-01-01", "plan": "bare" }],
      "prices": {
        "nometer": { "model": "flat", "currency": "EUR", "fee": 1 } } } } }`;
    const read = readCatalogueText(text);
    const applied = await apply(text);
    const problems = read.ok && !applied.ok ? read.locate(applied.problems) : [];
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 There is no plan nowhere',
      '3 Begins on the same day as one before it',
      '5 There is no meter nometer',
    ]);
  });
});

async function apply(text: string, at = now): Promise<Applied> {
  const read = readCatalogueText(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return applyCatalogue(db, read.file, { at, by: 'test' });
}

function changedIn(applied: Applied): number {
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
  return Object.values(applied.counts).reduce(
    (sum, { created, changed, removed }) => sum + created + changed + removed,
    0,
  );
}

function priceOf(members: string) {
  return `{ "plans": { "starter": { "prices": { "api.calls": { ${members} } } } } }`;
}

async function shown(): Promise<string> {
  const client = await db.connect();
  try {
    return catalogueText(shownCatalogue((await loadEntries(client)).values()));
  } finally {
    client.release();
  }
}

/** As after a rating that found everything done. */
async function settled() {
  await admin.query("delete from rating_mark; update org_billing set next_rating_at = '2027-01-01T00:00:00Z'");
}

async function marks(): Promise<string[]> {
  const { rows } = await admin.query<{ org_id: string; stream: string; meter: string; first_at: Date; last_at: Date }>(
    'select * from rating_mark order by org_id, meter',
  );
  return rows.map((row) =>
    [row.org_id, row.stream, row.meter, row.first_at.toISOString(), row.last_at.toISOString()].join(' '),
  );
}

async function everything() {
  const { rows } = await admin.query<{ t: string }>(
    [
      'org',
      'org_billing',
      'org_plan',
      'org_price',
      'org_zone',
      'plan',
      'plan_price',
      'meter',
      'rating_mark',
      'audit_log',
    ]
      .map((table) => `select to_jsonb(t)::text as t from ${table} t`)
      .join(' union all '),
  );
  return rows.map(({ t }) => t).toSorted();
}
