import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { closingPhase } from '#activities/closing/closing-phase';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { mrrFigures } from '#domain/billing/churn';
import { cohortsOf } from '#domain/billing/cohorts';
import { funnelOf, median } from '#domain/billing/funnel';
import { mrrAt } from '#domain/billing/mrr';
import { streams } from '#domain/billing/streams';
import { readFunnel, readTimeToConvert } from '#prisma/funnel-read';
import {
  readActiveOrgs,
  readDays,
  readLevels,
  readParts,
  readRevenueMix,
  readSums,
  readThrough,
} from '#prisma/metric-reads';
import { readCohorts, readMrrFigures } from '#prisma/mrr-reads';
import { bucketsOf, startsOf } from '#portal/lists/buckets';
import { createPool } from '#prisma/pool';
import { useBooks } from '../../support/books.ts';
import { acceptAll, makeOrg } from '../../support/events.ts';
import { loadMrrChanges } from '../../support/mrr-changes.ts';
import { rollUpMetrics } from '../../support/roll-up.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { jobWaits, randomHistory, seeded } from './histories.ts';

const { url, admin, worker } = await useBooks(jobWaits);
let portal: pg.Pool;
let orgs: string[];

const year = { from: '2026-01-01', until: '2027-01-01' };
const daysOf = (from: string, until: string) => startsOf(bucketsOf({ from, until }, 'day'));
const monthsOf = (from: string, until: string) => startsOf(bucketsOf({ from, until }, 'month'));
const days = daysOf(year.from, year.until);
const may: SlotAt = { slot: '2026-05-02', at: Date.UTC(2026, 4, 2, 3, 30), isForced: false };

// What a provider has after four months: events in any order, months closed one after another by the same code as in production.
beforeAll(async () => {
  portal = createPool({ url, role: 'portal', max: 4, applicationName: 'test' });
  const random = seeded(41);
  orgs = await Promise.all(Array.from({ length: 4 }, () => makeOrg(admin)));
  for (const org of orgs)
    await applyEvents(worker, await acceptAll(admin, org, randomHistory(random, 200)), 'event:test');
  for (const month of [1, 2, 3, 4]) {
    await run([closingPhase(worker)], { ...may, slot: `2026-0${month + 1}-02`, at: Date.UTC(2026, month, 2, 3, 30) });
  }
  const leads = "id in (select id from lead where status = 'new' order by id limit 3)";
  await admin.query(
    `update lead set staff_status = 'contacted', status = 'contacted', contacted_at = received_at + interval '1 day' where ${leads}`,
  );
  await admin.query(`update lead set staff_status = 'qualified', status = 'qualified', qualified_at = contacted_at + interval '3 days'
    where status = 'contacted' and id = (select min(id) from lead where status = 'contacted')`);
  await rollUpMetrics(worker, may);
});

afterAll(async () => {
  await portal.end();
});

async function run(phases: readonly JobPhase[], slot: SlotAt): Promise<void> {
  for (const phase of phases) {
    const due = await phase.due(slot, undefined);
    if (due.length > 0) await phase.apply(due, slot);
  }
}

test('after months that were rated and closed, and their roll-ups, every invariant of the books holds', async () => {
  const { rows } = await admin.query<{ n: number; currencies: number }>(
    "select count(number)::int as n, count(distinct currency)::int as currencies from invoice where source = 'rated' and number is not null",
  );
  expect(rows[0]?.n).toBeGreaterThan(8);
  expect(rows[0]?.currencies).toBe(2);
  await expectInvariants(admin);
  expect((await admin.query("select * from metric_differences('2025-12-01', '2027-01-01')")).rows).toEqual([]);
});

test.each([
  ['2026-01-01', '2026-02-01'],
  ['2026-02-01', '2026-05-01'],
  ['2026-01-15', '2026-03-20'],
  ['2026-06-01', '2026-07-01'],
  ['2025-06-01', '2025-07-01'],
])('churn and retention from %s until %s are what the rule says of all changes', async (from, until) => {
  const range = { start: Date.parse(from), end: Date.parse(until) };
  const nothingYet = { startMinor: 0n, endMinor: 0n };
  const expected = mrrFigures(await loadMrrChanges(admin), range).filter(
    ({ startMinor, endMinor }) => startMinor + endMinor > 0n,
  );
  const told = await readMrrFigures(portal, range);
  expect(told.filter((one) => one.startMinor + one.endMinor > nothingYet.startMinor)).toEqual(expected);
});

test.each(['2026-02-15', '2026-05-01', '2026-08-01'])('cohorts as of %s are what the rule says', async (asOf) => {
  const at = Date.parse(asOf);
  const cohorts = cohortsOf(await loadMrrChanges(admin), 6, at);
  expect(await readCohorts(portal, 6, at)).toEqual(cohorts);
  const [first] = cohorts;
  const month = (told: string) => ({ months: { from: `${told}-01`, until: `${told}-28` } });
  expect(await readCohorts(portal, 6, at, month(first?.month ?? ''))).toEqual(
    cohorts.filter((cohort) => cohort.month === first?.month),
  );
  expect(await readCohorts(portal, 6, at, month('1999-01'))).toEqual([]);
});

test('a level at the end of a day is the MRR of all changes up to it, for all orgs and for one', async () => {
  const changes = await loadMrrChanges(admin);
  for (const orgIds of [undefined, orgs.slice(0, 1)]) {
    const own = changes.filter((change) => orgIds?.includes(change.orgId) ?? true);
    const levels = await readLevels(portal, ['mrr.net'], daysOf('2026-02-10', '2026-03-10'), orgIds);
    const [week] = await readLevels(portal, ['mrr.net'], { starts: ['2026-02-10'], until: '2026-02-17' }, orgIds);
    expect(week?.minor).toBe(
      levels.find(({ day, currency }) => day === '2026-02-16' && currency === week?.currency)?.minor,
    );
    expect(levels.filter(({ currency }) => currency === 'EUR')).toHaveLength(28);
    for (const { day, currency, minor } of levels) {
      const money = mrrAt(own, Date.parse(day) + 86_399_999).find((one) => one.currency === currency);
      expect(minor).toBe(money?.amountMinor ?? 0n);
    }
  }
});

test('the funnel is what the rule says of the leads and the invoices that bill them, all and by source', async () => {
  const { rows } = await admin.query<
    Record<'received' | 'contacted' | 'qualified' | 'converted' | 'invoiced' | 'paid', Date | null>
  >(
    `select l.received_at as received, l.contacted_at as contacted, l.qualified_at as qualified, l.converted_at as converted, i.issued_at as invoiced,
      i.paid_at as paid
    from lead l left join invoice_line b on b.org_id = l.org_id and b.source_key = 'lead:' || l.id
    left join invoice i on i.org_id = b.org_id and i.id = b.invoice_id where l.received_at is not null`,
  );
  const asOf = Date.UTC(2026, 4, 2);
  const paths = rows.map((row) => ({
    received: row.received?.getTime(),
    contacted: row.contacted?.getTime(),
    qualified: row.qualified?.getTime(),
    converted: row.converted?.getTime(),
    invoiced: row.invoiced?.getTime(),
    paid: row.paid?.getTime(),
  }));
  expect(paths.filter(({ contacted }) => contacted !== undefined)).not.toEqual([]);
  const range = { start: Date.UTC(2025, 0, 1), end: Date.UTC(2027, 0, 1) };
  const { all, bySource } = await readFunnel(portal, range, asOf);
  expect(all).toEqual(funnelOf(paths, asOf));
  for (const [index, { step, count }] of all.entries()) {
    expect([step, bySource.reduce((sum, { rows: own }) => sum + (own[index]?.count ?? 0), 0)]).toEqual([step, count]);
  }
  const open = await readFunnel(portal, range, Date.UTC(2026, 0, 15), { hasOpen: true });
  expect(open.all[0]?.count).toBe(rows.length);
  expect((await readFunnel(portal, range, asOf, { orgIds: [], sources: ['nothing'] })).all[0]?.count).toBe(0);
});

test('the median time to convert is over leads converted in the range', async () => {
  const { rows } = await admin.query<{ ms: string }>(
    `select extract(epoch from converted_at - created_at) * 1000 as ms from lead where status = 'converted' and converted_at >= '2026-02-01' and converted_at < '2026-03-01'`,
  );
  const range = { start: Date.UTC(2026, 1, 1), end: Date.UTC(2026, 2, 1) };
  expect(await readTimeToConvert(portal, range)).toBe(median(rows.map(({ ms }) => Number(ms))));
  expect(await readTimeToConvert(portal, { start: 0, end: 1 })).toBeUndefined();
});

test('the revenue mix of all months is the revenue of the ledger, stream by stream', async () => {
  const mixes = await readRevenueMix(portal, monthsOf('2025-01-01', '2028-01-01'));
  for (const stream of streams) {
    const { rows } = await admin.query<{ minor: string }>(
      "select coalesce(-sum(amount_minor), 0)::text as minor from billing_ledger where account = 'revenue' and stream = $1 and currency = 'EUR'",
      [stream],
    );
    const eur = mixes.filter(({ currency }) => currency === 'EUR');
    expect(eur.reduce((sum, { byStream }) => sum + byStream[stream], 0n)).toBe(BigInt(rows[0]?.minor ?? 0));
  }
  expect(mixes.map(({ month, currency }) => `${month} ${currency}`)).toEqual(
    mixes.map(({ month, currency }) => `${month} ${currency}`).toSorted(),
  );
});

test('the days of all orgs are the sum of those of each, and a range is half-open', async () => {
  const names = ['leads.received', 'addons.sold'] as const;
  const all = await readSums(portal, names, year);
  const each = (await Promise.all(orgs.map((org) => readSums(portal, names, year, [org])))).flat();
  for (const { metric, currency, n, minor } of all) {
    const own = each.filter((one) => one.metric === metric && one.currency === currency);
    expect({
      n: own.reduce((sum, one) => sum + one.n, 0n),
      minor: own.reduce((sum, one) => sum + one.minor, 0n),
    }).toEqual({ n, minor });
  }
  const told = await readDays(portal, ['leads.received'], days);
  const [first] = told;
  expect(await readDays(portal, ['leads.received'], daysOf('2025-01-01', first?.day ?? ''))).toEqual([]);
  expect((await readDays(portal, ['leads.received'], daysOf(first?.day ?? '', '2027-01-01')))[0]).toEqual(first);
  // Longer buckets have what their days have, to the day.
  for (const interval of ['week', 'month'] as const) {
    const buckets = bucketsOf(year, interval);
    const expected = buckets.map(({ from, until }) =>
      told.reduce((sum, { day, n }) => (day >= from && day < until ? sum + n : sum), 0n),
    );
    const longer = await readDays(portal, ['leads.received'], startsOf(buckets));
    expect(buckets.map(({ from }) => longer.find(({ day }) => day === from)?.n ?? 0n)).toEqual(expected);
  }
});

test('an org is active in a range by one event that was received in it', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.parse(today) + 2 * 86_400_000).toISOString().slice(0, 10);
  await makeOrg(admin);
  expect(await readActiveOrgs(portal, { from: '2026-01-01', until: tomorrow })).toBe(orgs.length);
  expect(await readActiveOrgs(portal, { from: tomorrow, until: '2999-01-01' })).toBe(0);
});

test('data is through the slot; a metric that never was computed has no such instant', async () => {
  expect(await readThrough(portal, ['leads.received', 'cash.in'])).toBe(may.at);
  await admin.query("delete from metric_watermark where metric = 'cash.in'");
  expect(await readThrough(portal, ['leads.received', 'cash.in'])).toBeUndefined();
});

test.each([
  ['leads.by_status', ['leads.received'], 'n'],
  ['leads.by_source', ['leads.received'], 'n'],
  ['leads.within_30d_by_source', ['leads.converted_within_30d'], 'n'],
  ['usage.by_meter', ['usage.rows'], 'n'],
  ['addons.by_sku', ['addons.sold', 'addons.refunded'], 'minor'],
  ['ai.by_feature', ['ai.credits'], 'minor'],
] as const)(
  'the words of %s add up to what %j say without them, for all orgs and for one',
  async (name, whole, what) => {
    for (const some of [undefined, orgs.slice(1, 3)]) {
      const sums = new Map<string, bigint>();
      for (const part of await readParts(portal, name, days, some))
        sums.set(part.currency, (sums.get(part.currency) ?? 0n) + part[what]);
      const expected = new Map<string, bigint>();
      for (const one of await readSums(portal, whole, year, some)) {
        const signed = one.metric === 'addons.refunded' ? -one[what] : one[what];
        expected.set(one.currency, (expected.get(one.currency) ?? 0n) + signed);
      }
      expect([...expected.values()].some((sum) => sum !== 0n)).toBe(true);
      expect(sums).toEqual(expected);
    }
  },
);

test('of the words that tenants choose 20 of an org and day keep their name, the others are one without', async () => {
  const org = await makeOrg(admin);
  const leads = Array.from({ length: 30 }, (_, n) => ({
    type: 'lead.created' as const,

    data: { leadId: `L-${n}`, source: n < 3 ? 'web' : `source-${String(n).padStart(2, '0')}:a;b` },
  }));
  await applyEvents(worker, await acceptAll(admin, org, leads), 'event:test');
  await run([metricsPhase(worker)], may);
  const parts = await readParts(portal, 'leads.by_source', daysOf('2026-01-01', '2026-01-02'), [org]);
  expect(parts).toHaveLength(21);
  expect(parts.find(({ part }) => part === 'web')?.n).toBe(3n);
  expect(parts.find(({ part }) => part === '')?.n).toBe(8n);
  expect(parts.map(({ part }) => part)).toContain('source-05:a;b');
});
