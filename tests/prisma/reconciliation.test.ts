import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { closingPhase } from '#activities/closing/closing-phase';
import { readProviderMismatches } from '#prisma/provider-matches';
import { readReconciliation } from '#prisma/reconciliation';
import { createPool } from '#prisma/pool';
import { useBooks } from '../support/books.ts';
import { acceptAll, acceptUsage, makeOrg, type Told } from '../support/events.ts';

const { url, admin, worker } = await useBooks({ statementTimeoutMs: 60_000, queryTimeoutMs: 65_000 });
let portal: pg.Pool;

beforeAll(async () => {
  portal = createPool({ url, role: 'portal', max: 2, applicationName: 'test' });
  const price = {
    model: 'graduated',
    currency: 'EUR',
    tiers: [
      { upTo: '10', unitPrice: '10', flatFee: '2' },
      { upTo: null, unitPrice: '5' },
    ],
  };
  await admin.query("insert into plan (id, name) values ('basic', 'Basic')");
  await admin.query("insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum')");
  await admin.query(
    "insert into plan_price (plan_id, meter, from_at, price) values ('basic', 'calls', '2025-01-01Z', $1)",
    [JSON.stringify(price)],
  );
});

afterAll(async () => {
  await portal.end();
});

const day = 24 * 60;
const january: Told[] = [
  { type: 'lead.created', at: 0, data: { leadId: 'l', source: 'web' } },
  { type: 'lead.converted', at: 1, data: { leadId: 'l', feeMinor: 15_000, currency: 'EUR' } },
  {
    type: 'subscription.created',
    at: 2,
    data: { subscriptionId: 's', plan: 'p', priceMinor: 10_000, currency: 'EUR', interval: 'month', status: 'active' },
  },
  { type: 'subscription.updated', at: 16 * day, data: { subscriptionId: 's', priceMinor: 20_000 } },
  { type: 'addon.purchased', at: 5, data: { purchaseId: 'a', sku: 'x', amountMinor: 900, currency: 'EUR' } },
  { type: 'addon.refunded', at: 40 * day, data: { purchaseId: 'a', amountMinor: 300 } },
  { type: 'ai.credits_purchased', at: 6, data: { purchaseId: 'c', credits: 100, amountMinor: 4_000, currency: 'USD' } },
];

async function makeBilled(orgId?: string): Promise<string> {
  const org = await makeOrg(admin, orgId);
  await admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2026-01-01Z', 'basic')", [org]);
  const usage = {
    meter: 'calls',
    quantity: 11,
    windowStart: '2026-01-05T00:00:00Z',
    windowEnd: '2026-01-05T01:00:00Z',
  };
  await applyEvents(worker, [...(await acceptAll(admin, org, january)), await acceptUsage(admin, org, [usage])], 'w');
  return org;
}

async function close(orgs: readonly string[], slot: string) {
  await closingPhase(worker).apply(orgs, { slot, at: Date.parse(`${slot}T12:30:00Z`), isForced: false });
}

const asOf = Date.parse('2026-03-01T12:00:00Z');

async function cells(orgs: readonly string[]) {
  const all = await readReconciliation(portal, orgs, asOf);
  return all.map(
    ({ month, stream, currency, expectedMinor, invoicedMinor, paidMinor, creditedMinor, gapMinor, differences }) => ({
      cell: `${month} ${stream} ${currency}`,
      sums: [expectedMinor, invoicedMinor, paidMinor, creditedMinor, gapMinor].map(Number),
      differences: differences.map(({ source }) => source),
    }),
  );
}

test('once months are closed, what was to be billed is what was billed, in every stream, currency and month', async () => {
  const org = await makeBilled();
  await close([org], '2026-02-01');
  await close([org], '2026-03-01');
  expect(await cells([org])).toEqual([
    { cell: '2026-01-01 leads EUR', sums: [15_000, 15_000, 0, 0, 0], differences: [] },
    { cell: '2026-01-01 subscriptions EUR', sums: [14_838, 14_838, 0, 0, 0], differences: [] },
    { cell: '2026-01-01 usage EUR', sums: [10_700, 10_700, 0, 0, 0], differences: [] },
    { cell: '2026-01-01 addons EUR', sums: [900, 900, 0, 0, 0], differences: [] },
    { cell: '2026-01-01 ai USD', sums: [4_000, 4_000, 0, 0, 0], differences: [] },
    { cell: '2026-02-01 subscriptions EUR', sums: [20_000, 20_000, 0, 0, 0], differences: [] },
    { cell: '2026-02-01 usage EUR', sums: [200, 200, 0, 0, 0], differences: [] },
    { cell: '2026-02-01 addons EUR', sums: [-300, -300, 0, 0, 0], differences: [] },
    { cell: '2026-03-01 subscriptions EUR', sums: [20_000, 20_000, 0, 0, 0], differences: [] },
    { cell: '2026-03-01 usage EUR', sums: [200, 200, 0, 0, 0], differences: [] },
  ]);
});

test('what was not billed, or is no longer there, opens the rows on both sides', async () => {
  const org = await makeBilled();
  await close([org], '2026-02-01');
  await close([org], '2026-03-01');
  await admin.query('update lead set fee_minor = 15100 where org_id = $1', [org]);
  await admin.query('update usage_meter set quantity = 12 where org_id = $1', [org]);
  await admin.query(
    "insert into lead (org_id, id, status, fee_minor, fee_currency, converted_at, created_at, version) values ($1, 'm', 'converted', 70, 'EUR', '2026-01-09Z', '2026-01-09Z', 1)",
    [org],
  );
  await admin.query('delete from addon_refund where org_id = $1', [org]);
  expect((await cells([org])).filter(({ differences }) => differences.length > 0)).toEqual([
    { cell: '2026-01-01 leads EUR', sums: [15_170, 15_000, 0, 0, 170], differences: ['lead:l', 'lead:m'] },
    {
      cell: '2026-01-01 usage EUR',
      sums: [11_200, 10_700, 0, 0, 500],
      differences: ['usage:calls:2026-01-01T00:00:00.000Z'],
    },
    { cell: '2026-01-01 addons EUR', sums: [1_200, 900, 0, 0, 300], differences: ['addon:a'] },
  ]);
});

test('200 orgs are read with one statement a table, fast enough to be looked at', async () => {
  const first = await makeBilled();
  await close([first], '2026-02-01');
  const orgs = await Promise.all(Array.from({ length: 230 }, () => makeOrg(admin)));
  for (const table of [
    'lead',
    'subscription',
    'subscription_change',
    'addon_purchase',
    'usage_meter',
    'rated_period',
    'org_plan',
  ]) {
    await admin.query(
      `insert into ${table} select (json_populate_record(t, json_build_object('org_id', o))).* from ${table} t, unnest($2::text[]) o where t.org_id = $1`,
      [first, orgs],
    );
  }
  const started = performance.now();
  const found = await readReconciliation(portal, orgs, asOf);
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(new Set(found.map(({ orgId }) => orgId)).size).toBe(230);
  expect(found.every(({ gapMinor }) => gapMinor !== 0n)).toBe(true);
});

test("our payments and the provider's charges are compared both ways", async () => {
  const org = await makeOrg(admin);
  await admin.query(
    `insert into invoice (org_id, id, source, ref, status, currency, created_at, version) values ($1, 'i', 'rated', '2026-01-01:EUR', 'open', 'EUR', now(), 1)`,
    [org],
  );
  await admin.query(
    `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, provider, provider_ref, at, settled_at)
     select $1, 'i', r, 'succeeded', 100, 'EUR', 'card', 'sandbox', r || $1, now() - interval '1 h', now() - interval '1 h' from unnest(array['same', 'differs', 'ours']) r`,
    [org],
  );
  await admin.query(
    `insert into provider_charge (provider, ref, org_id, invoice_id, amount_minor, currency, status, charged_at, seen_at)
     select 'sandbox', r || $1, $1, 'i', case r when 'differs' then 99 else 100 end, 'EUR', 'succeeded', now(), now() from unnest(array['same', 'differs', 'theirs']) r`,
    [org],
  );
  const problems = async () => (await readProviderMismatches(portal, [org])).map(({ problem }) => problem).toSorted();
  expect(await problems()).toEqual(['differs', 'missing_in_books']);
  await admin.query(
    "insert into provider_watermark (provider, since, through, matched_at) values ('sandbox', now() - interval '1 day', now(), now())",
  );
  expect(await problems()).toEqual(['differs', 'missing_at_provider', 'missing_in_books']);
  await admin.query(
    `insert into provider_dispute (provider, ref, org_id, invoice_id, charge_ref, amount_minor, currency, fee_minor, status, opened_at, seen_at, booked_status)
     select 'sandbox', s || $1, $1, 'i', 'same' || $1, 100, 'EUR', 0, s, now(), now(), nullif(b, '')
     from (values ('open', 'open'), ('won', 'won'), ('lost', '')) t (s, b)`,
    [org],
  );
  expect(await problems()).toEqual(['differs', 'disputed', 'disputed', 'missing_at_provider', 'missing_in_books']);
});
