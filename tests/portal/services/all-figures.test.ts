import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '#prisma/pool';
import { presetWindow } from '#portal/lists/windows';
import type { Preset } from '#portal/lists/windows';
import { addonsList } from '#portal/services/provider/addons-list';
import { listPurchases, summarizePurchases } from '#portal/services/provider/addons.service';
import { aiList } from '#portal/services/provider/ai-list';
import { listAiUses } from '#portal/services/provider/ai.service';
import { listFeatureUse } from '#portal/services/provider/ai-figures.service';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { readLeadFunnel } from '#portal/services/provider/analytics-shapes.service';
import { auditList } from '#portal/services/provider/audit-list';
import { summarizeAudit } from '#portal/services/provider/audit.service';
import { listInvoices } from '#portal/services/provider/billing-invoices';
import { invoicesList, reconciliationList } from '#portal/services/provider/billing-lists';
import { listCells } from '#portal/services/provider/billing-reconciliation';
import { summarizeBilling } from '#portal/services/provider/billing.service';
import { readInvoiced } from '#portal/services/provider/dashboard.service';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { summarizeDeliveries } from '#portal/services/provider/federation.service';
import { incidentsList } from '#portal/services/provider/incidents-list';
import { summarizeIncidents } from '#portal/services/provider/incidents.service';
import { readTotalSums } from '#portal/services/provider/large-sums';
import { leadsList } from '#portal/services/provider/leads-list';
import { summarizeLeads } from '#portal/services/provider/lead-figures.service';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { subscriptionsSource, subscriptionSums } from '#portal/services/provider/subscriptions.service';
import { jobWaits } from '#tests/activities/metrics/histories';
import { rollUpMetrics } from '#tests/support/roll-up';
import { seedLargeBooks } from '../seed/large-books.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const slot = { slot: '2026-11-24T14:00', at: now, isForced: false };
const staff = staffOf('provider', 'developer');
const told = { zone: 'UTC', now };
/** The same filter said otherwise: figures of named organisations are counted, those of all are kept by days. */
const everyOrg = ['_provider', 'large', 'small'];

let base: PortalBase;
let worker: pg.Pool;

beforeAll(async () => {
  base = await openPortalBase(now);
  worker = createPool({ url: base.url, role: 'worker', max: 4, applicationName: 'test', ...jobWaits });
  await seedLargeBooks(base.all, { now, rows: 24_000, days: 45 });
  await rollUpMetrics(worker, slot);
  await base.all.query('analyze');
}, 120_000);
afterAll(async () => {
  await worker.end();
  await base.close();
});

type Figures = Readonly<Record<string, unknown>>;

/** Each page's figures that are kept by days of all organisations together. */
async function figuresOf(preset: Preset, orgs: readonly string[]): Promise<Figures> {
  const window = presetWindow(preset, now, 'UTC');
  const own = orgs.filter((org) => org !== '_provider');
  const org = own.length > 0 ? { org: own.join(',') } : {};
  const ofSource = leadsList.parse({ ...org, source: 'web,fair' }, told);
  const leads = await summarizeLeads(staff, leadsList.parse(org, told), window);
  return {
    features: await listFeatureUse(staff, aiList.parse(org, told), window),
    cohort: { within30d: leads.within30d, within30dBefore: leads.within30dBefore, time: leads.time },
    ofSources: await summarizeLeads(staff, ofSource, window),
    incidents: await summarizeIncidents(staff, incidentsList.parse(org, told), window),
    worst: (await summarizePurchases(staff, addonsList.parse(org, told), window)).worst,
    billing: await summarizeBilling(staff, own, window),
    invoiced: await readInvoiced(staff, own, window),
    audit: await summarizeAudit(staff, auditList.parse(orgs.length > 0 ? { org: orgs.join(',') } : {}, told), window),
    log: await summarizeDeliveries(staff, parseDeliveriesQuery(org, told), window),
  };
}

async function funnelOf(params: Readonly<Record<string, string>>) {
  const { all, bySource } = await readLeadFunnel(staff, analyticsList.parse({ open: 'include', ...params }, told), now);
  // How long a step took is told of all leads alone.
  const counts = bySource.map(({ source, rows }) => ({
    source,
    rows: rows.map(({ step, count, rate }) => ({ step, count, rate })),
  }));
  return { all, bySource: counts };
}

/** Times are kept by steps, the middle of which is at most 4.5 % away. */
function expectSame(kept: unknown, counted: unknown) {
  const times: [number, number][] = [];
  const without = (value: unknown, other: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one, at) => without(one, Array.isArray(other) ? other[at] : undefined));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const same = typeof other === 'object' && other !== null ? Reflect.get(other, name) : undefined;
        if (!name.endsWith('Ms') || name === 'partMs') return [name, without(one, same)];
        if (typeof one === 'number' && typeof same === 'number') times.push([one, same]);
        return [name, typeof one];
      }),
    );
  };
  expect(without(kept, counted)).toEqual(without(counted, kept));
  for (const [a, b] of times) expect(Math.abs(a - b) / Math.max(a, b)).toBeLessThan(0.05);
}

test.each(['30d', '90d', 'ytd'] as const)(
  'what is kept of all organisations is what is counted, over %s',
  async (preset) => {
    const kept = await figuresOf(preset, []);
    const counted = await figuresOf(preset, everyOrg);
    for (const [name, figure] of Object.entries(counted)) expectSame({ [name]: kept[name] }, { [name]: figure });
  },
);

test.each([{}, { source: 'web' }, { source: 'fair,none-of-this' }])('so is the funnel, of %j', async (params) => {
  expectSame(await funnelOf(params), await funnelOf({ ...params, org: 'large,small' }));
});

test('what more rows of a list come to than are counted is told to the minor unit, by days or live', async () => {
  const sumsOf = async (sql: string) => {
    const { rows } = await base.all.query<{ currency: string; minor: string }>(
      `select currency, sum(minor)::text as minor from (${sql}) r (currency, minor) where minor is not null group by 1`,
    );
    return Object.fromEntries(
      rows.filter(({ minor }) => minor !== '0').map((row) => [row.currency, BigInt(row.minor)]),
    );
  };
  const from = `'2026-08-26T00:00:00Z' and '2026-11-23T23:59:59.999Z'`;
  const lists = [
    [
      'sold',
      () => listPurchases(staff, addonsList.parse({ from: '90d' }, told)),
      'amount',
      `select currency, amount_minor from addon_purchase where created_at between ${from}`,
    ],
    [
      'kept',
      () => listPurchases(staff, addonsList.parse({}, told)),
      'net',
      'select currency, amount_minor - refunded_minor from addon_purchase',
    ],
    [
      'of some',
      () => listPurchases(staff, addonsList.parse({ status: 'purchased,partly_refunded,refunded' }, told)),
      'net',
      'select currency, amount_minor - refunded_minor from addon_purchase',
    ],
    [
      'charged',
      () => listInvoices(staff, invoicesList.parse({ from: '90d', status: 'open,paid,uncollectible' }, told)),
      'amount',
      `select currency, total_minor from listed_invoice where status in ('open', 'paid', 'uncollectible') and listed_at between ${from}`,
    ],
    [
      'cost',
      () => listAiUses(staff, aiList.parse({ from: '90d' }, told)),
      'cost',
      `select currency, cost_minor from ai_usage_event where used_at between ${from}`,
    ],
  ] as const;
  for (const [name, read, sum, sql] of lists) {
    const { count } = await read();
    expect(count.isCapped && (count.estimate ?? 0) > 10_000, name).toBe(true);
    const printed = async () => {
      const { sums, unsummed } = await read();
      const money = sums?.[sum]?.filter(({ minor }) => minor !== 0n) ?? [];
      return { unsummed, sums: Object.fromEntries(money.map(({ currency, minor }) => [currency, minor])) };
    };
    // A busy machine may take longer than a total may.
    await expect.poll(printed, { message: name, timeout: 10_000 }).toEqual({ unsummed: [], sums: await sumsOf(sql) });
  }
});

test('what a list comes to is left out, and said so, where it would take a scan', async () => {
  const rowsOf = () => ({ text: "select 1 as m0, 'EUR' as c0 from generate_series(1, 200000)", values: [] });
  const list = { sums: { amount: { minor: '1', currency: 'EUR' } }, rolled: {}, window: undefined, rowsOf };
  const many = await readTotalSums(base.portal, { ...list, count: { value: 10_000, isCapped: true } });
  expect(many).toEqual({ count: { value: 10_000, isCapped: true, estimate: 200_000 }, sums: {}, unsummed: ['amount'] });
});

/** Some have ended, and what they paid is gone from the MRR of their organisation. */
async function seedSubscriptions(count: number) {
  const made = `(select n, 'large' as org, 'S-' || n as id, case when n % 5 = 0 then 'JPY' else 'EUR' end as currency,
    to_timestamp($2::float8 / 1000) - n * interval '5 minutes' as at from generate_series(1, $1::int) n) s`;
  await base.all.query(
    `insert into subscription (org_id, id, status, currency, mrr_minor, created_at, version)
     select org, id, case n % 3 when 0 then 'canceled' when 1 then 'active' else 'past_due' end, currency, case when n % 3 = 0 then 0 else n end, at, 1 from ${made}`,
    [count, now],
  );
  const changes = (action: string, minor: string, at: string, where: string) =>
    `select org, '${action}:' || id, id, ${at}, 'subscription.${action}', 'active', currency, 1, ${minor} from ${made} where ${where}`;
  await base.all.query(
    `insert into subscription_change (org_id, event_id, subscription_id, changed_at, action, status, currency, quantity, mrr_minor)
     ${changes('created', 'n', 'at', 'true')} union all ${changes('canceled', '0', "at + interval '1 minute'", 'n % 3 = 0')}`,
    [count, now],
  );
  await rollUpMetrics(worker, slot);
}

test('how many incidents were open is told from before the 30 days of the figures on', async () => {
  const figures = await summarizeIncidents(staff, incidentsList.parse({}, told), presetWindow('30d', now, 'UTC'));
  const { rows } = await base.all.query<{ n: number }>(
    `select (select count(*)::int from incident where opened_at < d and (status <> 'resolved' or resolved_at >= d)) as n
     from generate_series(timestamptz '2026-10-25', timestamptz '2026-11-24', interval '1 day') d`,
  );
  const { before, byDay, today } = figures.courses?.byName.get('incidents.open_net') ?? {};
  expect([before, ...(byDay ?? [])].map((point) => point?.count)).toEqual(rows.map(({ n }) => n));
  expect(today?.count).toBe(figures.open.count);
});

test('what recurs of more subscriptions than are added up is told from what moved it, to the minor unit', async () => {
  await seedSubscriptions(10_500);
  const sumsOf = async (times: number) => {
    const { rows } = await base.all.query<{ currency: string; minor: string }>(
      'select currency, (sum(mrr_minor) * $1::int)::text as minor from subscription group by 1 order by sum(mrr_minor) desc',
      [times],
    );
    return rows.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }));
  };
  const read = (params: Readonly<Record<string, string>>) => {
    const { filters } = subscriptionsList.parse(params, told);
    const rowsOf = () => ({ text: "select 1 as m0, 'EUR' as c0 from generate_series(1, 200000)", values: [] });
    const rolled = subscriptionsSource.rolledSums?.(filters, undefined) ?? {};
    const count = { value: 10_000, isCapped: true };
    return readTotalSums(base.portal, { count, sums: subscriptionSums, rolled, window: undefined, rowsOf });
  };
  for (const params of [{}, { status: 'active,past_due' }, { org: 'large' }])
    expect(await read(params)).toMatchObject({ sums: { mrr: await sumsOf(1), arr: await sumsOf(12) }, unsummed: [] });
  for (const params of [{ status: 'active' }, { plan: 'team' }, { started: '7d' }])
    expect((await read(params)).unsummed).toEqual(['mrr', 'arr']);
});

test('gaps of more cells than are added up are told from those that differ', async () => {
  await base.all.query(
    `insert into reconciliation_cell (org_id, month_at, stream, currency, cell, expected_minor, invoiced_minor, paid_minor, credited_minor,
       gap_minor, differing, differences)
     select 'large', timestamptz '2026-10-01', 'leads', 'EUR', 'C-' || n, 0, 0, 0, 0, case n % 1000 when 0 then -n when 1 then n else 0 end,
       case when n % 1000 < 2 then 1 else 0 end, '[]' from generate_series(1, 40000) n`,
  );
  await base.all.query('analyze reconciliation_cell');
  const { rows } = await base.all.query<{ minor: string }>(
    'select sum(abs(gap_minor))::text as minor from reconciliation_cell',
  );
  const { count, sums } = await listCells(staff, reconciliationList.parse({}, told));
  expect(count.estimate).toBeGreaterThan(30_000);
  expect(sums).toEqual({ gap: [{ currency: 'EUR', minor: BigInt(rows[0]?.minor ?? 0) }] });
});

test('a change is in what is kept once its day is rolled up', async () => {
  const before = { figures: await figuresOf('30d', []), funnel: await funnelOf({}) };
  await base.all.query(
    `update lead set status = 'converted', converted_at = created_at + interval '2 days' where id = 'L-13001'`,
  );
  await base.all.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     select 'large', id, 'lead:L-13001', 'leads', 'Lead', 77, created_at, 'lead:L-13001' from invoice where org_id = 'large' and status = 'paid'
     order by issued_at limit 1`,
  );
  await base.all.query(`update invoice set credited_minor = 1, due_minor = due_minor - 1 where id = 'I-20000'`);
  await base.all.query(`update ai_usage_event set feature = 'pricing', credits = 7 where id = 'A-13001'`);
  await base.all.query(`update incident set acknowledged_at = opened_at + interval '1 minute' where id = 'C-13001'`);
  await base.all.query(`update addon_purchase set refunded_minor = 1, status = 'partly_refunded' where sku = 'sku-1'`);
  const kept = async () => ({ figures: await figuresOf('30d', []), funnel: await funnelOf({}) });
  // What is read live is changed already.
  expect((await kept()).funnel).toEqual(before.funnel);
  expect((await kept()).figures['features']).toEqual(before.figures['features']);
  await rollUpMetrics(worker, slot);
  const { figures, funnel } = await kept();
  expect(funnel).not.toEqual(before.funnel);
  for (const name of ['features', 'worst', 'invoiced', 'ofSources', 'billing'])
    expect(figures[name]).not.toEqual(before.figures[name]);
  const counted = await figuresOf('30d', everyOrg);
  for (const [name, figure] of Object.entries(counted)) expectSame({ [name]: figures[name] }, { [name]: figure });
  expectSame(funnel, await funnelOf({ org: 'large,small' }));
});

test('where more sources are told of a day than are kept, those asked for are counted', async () => {
  await base.all.query(
    `insert into lead (org_id, id, status, source, created_at, received_at, converted_at, version)
     select 'large', 'many-' || n, 'converted', 'source-' || n, $1, $1, $1, 1 from generate_series(1, 150) n`,
    [new Date(now - 86_400_000)],
  );
  await rollUpMetrics(worker, slot);
  const { rows } = await base.all.query(
    `select metric from metric_day_total where metric in ('all.leads.unlisted:', 'all.leads.won_unlisted:') and n > 0 order by metric`,
  );
  expect(rows).toEqual([{ metric: 'all.leads.unlisted:' }, { metric: 'all.leads.won_unlisted:' }]);
  const window = presetWindow('7d', now, 'UTC');
  const { received, converted } = await summarizeLeads(staff, leadsList.parse({ source: 'source-149' }, told), window);
  expect([received.count, converted.count]).toEqual([1, 1]);
  expectSame(await funnelOf({ source: 'web' }), await funnelOf({ source: 'web', org: 'large,small' }));
});
