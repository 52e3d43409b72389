import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayMs } from '#domain/instants';
import { createPool } from '#prisma/pool';
import { presetWindow } from '#portal/lists/windows';
import type { Preset, Window } from '#portal/lists/windows';
import { addonsList } from '#portal/services/provider/addons-list';
import { summarizePurchases } from '#portal/services/provider/addons.service';
import { aiList } from '#portal/services/provider/ai-list';
import { readCreditCourse } from '#portal/services/provider/ai-months';
import { summarizeAi } from '#portal/services/provider/ai-figures.service';
import { summarizeBilling } from '#portal/services/provider/billing.service';
import { leadsList } from '#portal/services/provider/leads-list';
import { summarizeLeads } from '#portal/services/provider/lead-figures.service';
import type { ListFigure } from '#portal/services/provider/list-figures';
import { countMax } from '#portal/services/provider/list-page';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { summarizeSubscriptions } from '#portal/services/provider/subscriptions.service';
import { jobWaits } from '#tests/activities/metrics/histories';
import { rollUpMetrics } from '#tests/support/roll-up';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const slot = { slot: '2026-11-24T14:00', at: now, isForced: false };
const staff = staffOf('provider');
const rows = 45_000;

let base: PortalBase;
let worker: pg.Pool;

// One org has two thirds of all; they go 45 days back from now.
beforeAll(async () => {
  base = await openPortalBase(now);
  worker = createPool({ url: base.url, role: 'worker', max: 4, applicationName: 'test', ...jobWaits });
  const made = `(select n, case when n % 3 = 0 then 'small' else 'large' end as org,
    to_timestamp($2::float8 / 1000) - (${rows} - n) * interval '86.4 seconds' as at from generate_series(1, $1::int) n) s`;
  await base.all.query("insert into org (id, name) values ('large', 'Large'), ('small', 'Small')");
  await base.all.query(
    `insert into lead (org_id, id, status, created_at, converted_at, fee_minor, fee_currency, version)
     select org, 'L-' || n, case when n % 2 = 0 then 'converted' when n % 5 = 0 then 'disqualified' else 'new' end, at,
       case when n % 2 = 0 then at + interval '1 hour' * (n % 900) end, case when n % 4 = 0 then n end,
       case when n % 4 = 0 then (array['EUR', 'JPY'])[1 + n % 2] end, 1 from ${made}`,
    [rows, now],
  );
  await base.all.query(
    `insert into ai_usage_event (org_id, id, feature, meta, credits, cost_minor, currency, is_over_cap, used_at, version)
     select org, 'A-' || n, 'pricing', case when n % 9 > 0 then jsonb_build_object('outcome', (array['ok', 'timeout'])[1 + n % 2]) end, n % 20 + 0.5, case when n % 2 = 0 then 3 end, case when n % 2 = 0 then 'EUR' end, n % 3 = 1, at, 1 from ${made}`,
    [rows, now],
  );
  await base.all.query(
    `insert into addon_purchase (org_id, id, status, sku, amount_minor, currency, refunded_minor, created_at, version)
     select org, 'P-' || n, (array['purchased', 'refunded', 'partly_refunded'])[1 + n % 3], 'seats', n, case when n % 4 = 0 then 'JPY' else 'EUR' end,
       case n % 3 when 1 then n when 2 then 1 else 0 end, at, 1 from ${made}`,
    [rows, now],
  );
  await base.all.query(
    `insert into invoice (org_id, id, source, ref, status, currency, created_at, version)
     select id, 'i', 'reported', 'i', 'open', 'EUR', now(), 1 from org`,
  );
  await base.all.query(
    `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, at)
     select org, 'i', 'p-' || n, case when n % 50 = 0 then 'failed' else 'succeeded' end, n, 'EUR', case when n % 7 = 0 then 'credit' else 'card' end, at
     from ${made}`,
    [rows, now],
  );
  await base.all.query(
    `insert into subscription (org_id, id, status, currency, mrr_minor, quantity, created_at, version)
     select org, 'S-' || n, case when n % 10 = 0 then 'past_due' else 'active' end, (array['EUR', 'JPY'])[1 + n % 2], n, 1, at, 1
     from ${made} where n > ${rows - 12_000}`,
    [rows, now],
  );
  await base.all.query(
    `insert into subscription_change (org_id, event_id, subscription_id, changed_at, action, status, quantity, currency, mrr_minor)
     select org_id, 'e-' || id, id, created_at, 'subscription.created', status, 1, currency, mrr_minor from subscription`,
  );
  await rollUpMetrics(worker, slot);
  await base.all.query('analyze');
}, 120_000);
afterAll(async () => {
  await worker.end();
  await base.close();
});

async function figuresOf(preset: Preset, org: string | undefined): Promise<Readonly<Record<string, ListFigure>>> {
  const window = presetWindow(preset, now, 'UTC');
  const month = presetWindow('mtd', now, 'UTC');
  const params = org === undefined ? {} : { org };
  const told = { zone: 'UTC', now };
  const leads = await summarizeLeads(staff, leadsList.parse(params, told), window);
  const ai = await summarizeAi(staff, aiList.parse(params, told), window, month);
  const addons = await summarizePurchases(staff, addonsList.parse(params, told), window);
  const billing = await summarizeBilling(staff, org === undefined ? [] : [org], window);
  return {
    open: leads.open,
    unbilled: leads.unbilled,
    received: leads.received,
    within30d: leads.within30d,
    converted: leads.converted,
    calls: ai.calls,
    cost: ai.cost,
    overCap: ai.overCap,
    ofMonth: ai.ofMonth,
    gross: addons.gross,
    refunded: addons.refunded,
    net: addons.net,
    collected: billing.collected,
    unbilledOfBilling: billing.unbilled,
  };
}

test('a conversion rate whose leads may still convert is compared with what those before had converted at the same age', async () => {
  const summary = (window: Window) => summarizeLeads(staff, leadsList.parse({}, { zone: 'UTC', now }), window);
  const at = (days: number) => now - days * dayMs;
  const before = { from: at(42), to: at(36), previous: { from: at(48), to: at(42) } };
  const over = await summary({ from: at(36), to: at(30), previous: before });
  expect(over.within30dBefore).toBe((await summary(before)).within30d.count);
  expect(over.within30dBefore).toBeGreaterThan(0);
  expect(over.isOpen).toBe(false);
  const today = now - (now % dayMs);
  const day = (days: number) => today - days * dayMs;
  const long = { from: day(33), to: today, previous: { from: day(44), to: day(33) } };
  for (const window of [presetWindow('30d', now, 'UTC'), long]) {
    const { from, to } = window.previous;
    const { rows: counted } = await base.all.query<{ n: number }>(
      `select count(*)::int as n from lead where created_at >= $1 and created_at < $2 and converted_at < created_at + interval '30 days'
         and converted_at < $3`,
      [new Date(from), new Date(to), new Date(now - (window.from - from))],
    );
    const open = await summary(window);
    expect(open).toMatchObject({ isOpen: true, within30dBefore: counted[0]?.n });
    expect(open.within30dBefore).toBeLessThan(open.within30d.previous);
  }
});

/** What each is of: the table, when, which rows, and their amounts; all there is where no instant is told. */
const sources: Readonly<
  Record<string, readonly [table: string, at: string, where: string, minor: string, currency: string]>
> = {
  open: ['lead', '', "status in ('new', 'contacted', 'qualified')", 'null::bigint', 'null::text'],
  unbilled: ['lead', '', "status = 'converted'", 'fee_minor', 'fee_currency'],
  unbilledOfBilling: ['lead', '', "status = 'converted'", 'fee_minor', 'fee_currency'],
  received: ['lead', 'created_at', 'true', 'null::bigint', 'null::text'],
  within30d: [
    'lead',
    'created_at',
    "status = 'converted' and converted_at < created_at + interval '30 days'",
    'null::bigint',
    'null::text',
  ],
  converted: ['lead', 'converted_at', "status = 'converted'", 'null::bigint', 'null::text'],
  calls: ['ai_usage_event', 'used_at', 'true', 'credits * 1000000', "'XXX'"],
  cost: ['ai_usage_event', 'used_at', 'true', 'cost_minor', 'currency'],
  overCap: ['ai_usage_event', 'used_at', 'is_over_cap', 'null::bigint', 'null::text'],
  gross: ['addon_purchase', 'created_at', 'true', 'amount_minor', 'currency'],
  refunded: ['addon_purchase', 'created_at', "status like '%refunded'", 'refunded_minor', 'currency'],
  net: ['addon_purchase', 'created_at', 'true', 'amount_minor - refunded_minor', 'currency'],
  ofMonth: ['ai_usage_event', 'used_at', 'true', 'null::bigint', 'null::text'],
  collected: ['payment', 'at', "status = 'succeeded' and method <> 'credit'", 'amount_minor', 'currency'],
};

async function countedOf(name: string, preset: Preset, org: string | undefined) {
  const [table, at, where, minor, currency] = sources[name] ?? ['', '', '', '', ''];
  const window = presetWindow(name === 'ofMonth' ? 'mtd' : preset, now, 'UTC');
  const read = async (span: { readonly from: number; readonly to: number }) => {
    const { rows: found } = await base.all.query<{ currency: string | null; count: number; minor: string | null }>(
      `select ${currency} as currency, count(*)::int as count, sum(${minor})::bigint::text as minor from ${table}
       where ${where} and ($1::text is null or org_id = $1) ${at === '' ? '' : `and ${at} >= $2 and ${at} < $3`} group by 1`,
      [org ?? null, ...(at === '' ? [] : [new Date(span.from), new Date(span.to)])],
    );
    const sums = found.flatMap(({ currency: told, minor: sum }) =>
      told !== null && sum !== null ? [`${told} ${sum}`] : [],
    );
    return { count: found.reduce((sum, { count }) => sum + count, 0), sums: sums.toSorted() };
  };
  const [own, before] = await Promise.all([read(window), at === '' ? { count: 0, sums: [] } : read(window.previous)]);
  return { count: own.count, sums: own.sums, previous: before.count, previousSums: before.sums };
}

/** Without sums where the figure tells none. */
function toldBy({ count, sums, previous, previousSums }: ListFigure) {
  const texts = (of: ListFigure['sums']) => of.map(({ currency, minor }) => `${currency} ${minor}`).toSorted();
  return { count, sums: texts(sums), previous, previousSums: texts(previousSums) };
}

async function expectOutcomes(preset: Preset, org: string | undefined) {
  const window = presetWindow(preset, now, 'UTC');
  const query = aiList.parse(org === undefined ? {} : { org }, { zone: 'UTC', now });
  const { told, failed } = await summarizeAi(staff, query, window, window);
  const { rows: counted } = await base.all.query(
    `select count(meta ->> 'outcome')::int as told, count(*) filter (where meta ->> 'outcome' = 'timeout')::int as failed from ai_usage_event
     where used_at >= $2 and used_at < $3 and ($1::text is null or org_id = $1)`,
    [org ?? null, new Date(window.from), new Date(window.to)],
  );
  expect([{ told, failed }]).toEqual(counted);
}

async function expectEqual(preset: Preset, org: string | undefined) {
  const figures = await figuresOf(preset, org);
  await expectOutcomes(preset, org);
  for (const [name, figure] of Object.entries(figures)) {
    const counted = await countedOf(name, preset, org);
    const { sums, previousSums, ...told } = toldBy(figure);
    expect({ name, ...told }).toEqual({ name, count: counted.count, previous: counted.previous });
    if (!sources[name]?.[3]?.startsWith('null'))
      expect({ name, sums, previousSums }).toEqual({ name, sums: counted.sums, previousSums: counted.previousSums });
    expect(figure.parts.reduce((sum, part) => sum + part, 0)).toBe(figure.count);
  }
}

test.each([
  ['30d', undefined],
  ['30d', 'large'],
  ['7d', undefined],
  ['mtd', undefined],
  ['mtd', 'small'],
  ['90d', undefined],
] as const)('figures of %s and org %s are the counts of their rows, and so are their parts', expectEqual);

test.each([[], ['large']])(
  'credits of the month, of orgs %j, are compared with those of the month before up to the same instant of it',
  async (...orgs) => {
    const { rows: counted } = await base.all.query<{ now: string; before: string }>(
      `select sum(credits * 1000000) filter (where used_at >= '2026-11-01')::bigint::text as now,
         sum(credits * 1000000) filter (where used_at < '2026-10-24T14:06:12Z')::bigint::text as before
       from ai_usage_event where $1::text is null or org_id = $1`,
      [orgs[0] ?? null],
    );
    const { used, before } = await readCreditCourse(base.portal, now, orgs);
    expect([{ now: String(used), before: String(before) }]).toEqual(counted);
  },
);

test('more rows than a total of a list tells are those of days that are rolled up, which a late row changes once its day is', async () => {
  const before = await figuresOf('30d', undefined);
  const yesterday = new Date(now - 86_400_000);
  await base.all.query(
    `insert into lead (org_id, id, status, created_at, converted_at, version) values ('small', 'late', 'converted', $1, $1, 1), ('small', 'late-2', 'new', $1, null, 1)`,
    [yesterday],
  );
  expect(await figuresOf('30d', undefined)).toEqual(before);
  await rollUpMetrics(worker, slot);
  const after = await figuresOf('30d', undefined);
  for (const name of ['open', 'unbilled', 'received', 'converted'])
    expect(after[name]?.count).toBe((before[name]?.count ?? 0) + (name === 'received' ? 2 : 1));
  await expectEqual('30d', undefined);
});

test('the MRR of more subscriptions than a total of a list tells is what all movements come to, which is the sum of its rows', async () => {
  const { paying } = await summarizeSubscriptions(
    staff,
    subscriptionsList.parse({}, { zone: 'UTC', now }),
    presetWindow('30d', now, 'UTC'),
  );
  const { rows: sums } = await base.all.query<{ currency: string; minor: string }>(
    'select currency, sum(mrr_minor)::text as minor from subscription group by 1 order by sum(mrr_minor) desc',
  );
  expect(paying.sums).toEqual(sums.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) })));
  expect(paying.count).toBe(countMax);
  await base.all.query(
    "update metric_day_total set minor = minor + 1 where metric = 'mrr.net' and currency = 'EUR' and day = '2026-11-20'",
  );
  const after = await summarizeSubscriptions(
    staff,
    subscriptionsList.parse({}, { zone: 'UTC', now }),
    presetWindow('30d', now, 'UTC'),
  );
  const euros = ({ sums: told }: ListFigure) => told.find(({ currency }) => currency === 'EUR')?.minor ?? 0n;
  expect(euros(after.paying)).toBe(euros(paying) + 1n);
});

test('what is billed leaves the figure of what is not once its day is rolled up, and comes back with its line', async () => {
  const { unbilled } = await figuresOf('30d', undefined);
  await base.all.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     select org_id, 'i', 'lead:' || id, 'leads', 'Lead', 1, now(), 'lead:' || id from lead where id in ('L-4', 'L-8', 'L-16')`,
  );
  await rollUpMetrics(worker, slot);
  const { unbilled: without } = await figuresOf('30d', undefined);
  expect(without?.count).toBe((unbilled?.count ?? 0) - 3);
  await base.all.query("delete from invoice_line where source = 'lead:L-8'");
  await rollUpMetrics(worker, slot);
  expect((await figuresOf('30d', undefined))['unbilled']?.count).toBe((unbilled?.count ?? 0) - 2);
});
