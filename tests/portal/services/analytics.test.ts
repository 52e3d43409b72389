import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayMs } from '#domain/instants';
import { leadsList } from '#portal/services/provider/leads-list';
import { listLeads } from '#portal/services/provider/leads.service';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { metricsFor, readAnalyticsFigures, readTrends } from '#portal/services/provider/analytics.service';
import { readCohortGrid, readLeadFunnel, readMix } from '#portal/services/provider/analytics-shapes.service';
import { listAttention } from '#portal/services/provider/attention.service';
import { invoicesList } from '#portal/services/provider/billing-lists';
import { listInvoices } from '#portal/services/provider/billing-invoices';
import {
  dashboardList,
  readInvoiced,
  readMoneyCourses,
  readReceived,
} from '#portal/services/provider/dashboard.service';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { readHealth } from '#portal/services/provider/federation-health.service';
import { listDeliveries } from '#portal/services/provider/federation.service';
import { windowedBy } from '#portal/app/(provider)/provider/(dashboard)/dashboard-view';
import { invoicedKpi } from '#portal/app/(provider)/provider/(dashboard)/money-kpis';
import { federationKpi, leadsKpi } from '#portal/app/(provider)/provider/(dashboard)/operations-kpis';
import { listEvaluationCourse } from '#portal/services/provider/evaluations.service';
import { evaluationsList } from '#portal/services/provider/evaluations-list';
import { readLeadsByStatus } from '#portal/services/provider/list-charts.service';
import { readSubscriptionCharts } from '#portal/services/provider/subscription-charts';
import { movementKinds } from '#portal/services/provider/mrr';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { readRetentionCourse } from '#portal/services/provider/retention.service';
import { summarizeSubscriptions } from '#portal/services/provider/subscriptions.service';
import { presetWindow } from '#portal/lists/windows';
import { trends } from '#portal/metrics/trends';
import { rollUpMovements } from '../../support/roll-up.ts';
import { seedEntities } from '../seed/entities.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const provider = staffOf('provider');
const developer = staffOf('developer');
let base: PortalBase;

// What the roll-up would write: what its functions say of the seeded rows.
beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 4, rows: 600, everyMs: 14_400_000 });
  await base.all.query('truncate mrr_movement, mrr_cohort');
  // Old enough to tell whether they convert.
  await base.all.query(
    `insert into lead (org_id, id, status, source, created_at, version)
     select 'org-0', 'old-' || n, 'new', case when n = 1 then 'web' else 'api' end, timestamptz '2026-10-10', 1 from generate_series(1, 3) n
     union all select 'org-0', 'of-before', 'new', 'web', timestamptz '2026-08-25', 1`,
  );
  await base.all.query(
    `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor) values
      ('org-0', 'a', 'EUR', 's', '2025-11-03', 'new', 1000), ('org-0', 'b', 'EUR', 's', '2026-11-02', 'expansion', 333),
      ('org-1', 'c', 'EUR', 's', '2026-02-03', 'new', 700), ('org-1', 'd', 'EUR', 's', '2026-11-09', 'churn', 700),
      ('org-2', 'e', 'EUR', 's', '2026-11-10', 'new', 501), ('org-0', 'f', 'EUR', 's', '2026-11-11', 'contraction', 32)`,
  );
  await base.all.query(
    `insert into mrr_cohort (org_id, currency, month) values ('org-0', 'EUR', '2025-11-01'), ('org-1', 'EUR', '2026-02-01'), ('org-2', 'EUR', '2026-11-01')`,
  );
  await rollUpMovements(base.all);
  for (const topic of ['leads', 'subscriptions'])
    await base.all.query(
      `insert into metric_day (metric, day, org_id, currency, n, minor)
       select f.* from (select array_agg(id) as ids, array_agg('2025-10-01'::date) as days from org) o, metrics_of_${topic}(o.ids, o.days, 500) f`,
    );
  await base.all.query(
    `insert into metric_day (metric, day, org_id, currency, n, minor) values
      ('revenue.leads', '2026-11-10', 'org-0', 'EUR', 1, 5000), ('revenue.usage', '2026-11-11', 'org-1', 'EUR', 1, 15000)`,
  );
  await base.all.query(
    'insert into metric_day_total (metric, day, currency, n, minor) select metric, day, currency, sum(n), sum(minor) from metric_day group by 1, 2, 3',
  );
}, 120_000);
afterAll(() => base.close());

function query(params: Record<string, string> = {}) {
  return analyticsList.parse(params, { zone: 'UTC', now });
}

const paramsOf = (href: string) => Object.fromEntries(new URL(href, 'http://portal').searchParams);

test.each([
  {},
  { org: 'org-1' },
  { from: 'mtd' },
  { from: '2026-10-28', to: '2026-11-23', tz: 'Asia/Tokyo', org: 'org-2,org-3' },
])('figures of the dashboard, of %j, are the counts of the lists that they open', async (told) => {
  // Of a member whose own days are others than those of UTC.
  const zone = 'America/New_York';
  const query = dashboardList.parse(told, { zone, now });
  const { orgs } = query.filters;
  const [month, days, day] = (['mtd', '30d', '24h'] as const).map((own) => windowedBy({ query, at: now }, own));
  if (!month || !days || !day) throw new Error('no windows');
  const received = await readReceived(provider, orgs, days.window);
  const leads = leadsKpi(received, days);
  const ofLeads = await listLeads(provider, leadsList.parse(paramsOf(leads.href), { zone, now }));
  expect(leads.count).toBe(ofLeads.count.value);
  expect(received.parts.reduce((sum, value) => sum + value, 0)).toBe(received.count);
  const invoiced = invoicedKpi(await readInvoiced(provider, orgs, month.window), month, {
    scope: month.scope,
    currency: undefined,
    at: now,
    zone,
  });
  const ofInvoices = await listInvoices(provider, invoicesList.parse(paramsOf(invoiced.href), { zone, now }));
  expect(invoiced.count).toBe(ofInvoices.count.value);
  const health = await readHealth(provider, day.window, orgs);
  const log = federationKpi(health.firstTime, day);
  const accepted = { ...paramsOf(log.href), result: 'accepted,applied,rejected' };
  const ofLog = await listDeliveries(provider, parseDeliveriesQuery(accepted, { zone, now }));
  expect(health.log.accepted.value).toBe(ofLog.count.value);
  expect(leads.count).toBeGreaterThan(0);
});

test('what needs attention is that of the organisations that are chosen, and no job of all', async () => {
  await base.all.query("update incident set status = 'open', resolution_due_at = $1", [new Date(now)]);
  const orgOf = ({ href }: { readonly href: string }) => paramsOf(href)['row']?.split(':')[0];
  const all = (await listAttention(provider, now)).filter(({ kind }) => kind === 'sla').map(orgOf);
  const [chosen = ''] = all;
  expect(new Set(all).size).toBeGreaterThan(1);
  expect(new Set((await listAttention(provider, now, [chosen])).map(orgOf))).toEqual(new Set([chosen]));
  await base.all.query(
    `insert into dunning_case (org_id, id, invoice_id, state, opened_at, policy, failed_on, steps_left, next_at)
     select org_id, 'case', id, 'retrying', $1::timestamptz, '{"retryDays": [1]}', $1::timestamptz::date, '{1}', $1::timestamptz from invoice where id = 'inv_org-0'`,
    [new Date(now)],
  );
  const steps = async () => (await listAttention(provider, now)).filter(({ kind }) => kind === 'dunning').length;
  expect(await steps()).toBe(1);
  await base.all.query(
    "update dunning_case set paused_at = $1::timestamptz, paused_until = $1::timestamptz + interval '2 days'",
    [new Date(now)],
  );
  expect(await steps()).toBe(0);
});

test('a job that broke off needs the attention of every organisation, one that went on without some that of those alone', async () => {
  await base.all.query(
    `insert into job_slot (job, slot, status, holder, started_at, touched_at)
     select job, 'seen', status, 'run', $1, $1 from (values ('dunning', 'failed'), ('metrics', 'partial'), ('invariants', 'done')) j (job, status)`,
    [new Date(now - 3_600_000)],
  );
  await base.all.query(
    `insert into job_org_failure (org_id, job, slot, holder, code, at) values ('org-2', 'metrics', 'seen', 'run', 'internal', $1)`,
    [new Date(now)],
  );
  const jobs = async (orgs: readonly string[]) =>
    (await listAttention(developer, now, orgs))
      .flatMap(({ kind, subject }) => (kind === 'job' ? [subject] : []))
      .toSorted();
  expect(await jobs([])).toEqual(['dunning', 'metrics']);
  expect(await jobs(['org-1'])).toEqual(['dunning']);
  expect(await jobs(['org-1', 'org-2'])).toEqual(['dunning', 'metrics']);
});

test('the movements of a month add up to the minor unit, and the level is that of the dashboard', async () => {
  const charts = await readSubscriptionCharts(provider, now);
  if (!charts) throw new Error('nothing recurs');
  const { before, moved, now: level } = charts.movement;
  expect([before, level]).toEqual([1700n, 1802n]);
  expect(before + moved.new + moved.expansion + moved.reactivation - moved.contraction - moved.churn).toBe(level);
  expect(charts.levels.at(-1)).toBe(level);
  const mrr = (await readMoneyCourses(provider, [], now)).byName.get('mrr.net')?.today;
  expect(mrr?.sums).toEqual([{ currency: 'EUR', minor: level }]);
  // The figures of the same month are those that the chart draws.
  const month = presetWindow('mtd', now, 'UTC');
  const told = { zone: 'UTC', now };
  const { changes } = await summarizeSubscriptions(provider, subscriptionsList.parse({}, told), month);
  const sums = movementKinds.map((kind) => changes.moved[kind].sums.reduce((sum, { minor }) => sum + minor, 0n));
  expect(sums).toEqual([moved.new, moved.expansion, moved.reactivation, -moved.contraction, -moved.churn]);
  expect(changes.net.sums).toEqual([{ currency: 'EUR', minor: level - before }]);
});

test('what a chart is compared with are as many buckets before its own, in their order', async () => {
  const days = async (from: number, count: number) => {
    const { rows } = await base.all.query<{ n: number }>(
      `select (select count(*)::int from lead where created_at >= d and created_at < d + interval '1 day') as n
       from generate_series($1::timestamptz, $2::timestamptz - interval '1 day', interval '1 day') d`,
      [new Date(from), new Date(from + count * dayMs)],
    );
    return rows.map(({ n }) => n);
  };
  const today = Date.UTC(2026, 10, 24);
  const { buckets, before } = await readLeadsByStatus(provider, [], now);
  const own = await days(today - (2 * buckets.length - 1) * dayMs, buckets.length);
  expect(own.at(-1)).toBeGreaterThan(0);
  expect(before[0]?.counts.map(Number)).toEqual(own);
  const { trends: told } = await readTrends(provider, query({ metric: 'leads', from: '7d', interval: 'day' }), now);
  expect(told[0]?.previous).toEqual(await days(today - 14 * dayMs, 7));
  const charts = await readSubscriptionCharts(provider, now);
  expect(charts?.levelsBefore).toEqual([...Array.from({ length: 11 }, () => 0n), 1000n]);
  const runsOf = async (suite: string) => {
    const course = await listEvaluationCourse(developer, evaluationsList.parse({ suite }, { zone: 'UTC', now }));
    const { rows } = await base.all.query<{ id: string }>(
      'select id from evaluation_run where suite = $1 order by completed_at desc, org_id desc, id desc limit 60',
      [suite],
    );
    const oldestFirst = [...course.before, ...course.runs].flatMap((run) => run?.id ?? []);
    expect(oldestFirst).toEqual(rows.map(({ id }) => id).toReversed());
    expect(course.before).toHaveLength(course.runs.length);
    return course.before.filter((run) => run === undefined).length;
  };
  expect(await runsOf('answers')).toBe(0);
  // There are fewer than thirty of it in all.
  expect(await runsOf('rare')).toBe(13);
});

test('the course of active organisations is of those of which an event came in on each day, as far as days were read', async () => {
  const active = async (params: Record<string, string> = {}) =>
    (await readAnalyticsFigures(developer, query(params), now)).activeOrgs.byDay;
  const unread = Array.from({ length: 30 }, () => undefined);
  expect(await active()).toEqual(unread);
  await base.all.query("insert into metric_watermark (metric, through) values ('all.trail', '2026-10-20')");
  for (let isMore = true; isMore;) {
    const { rows } = await base.all.query<{ more: number }>("select total_all_orgs('2026-11-20T14:00Z', 400) as more");
    isMore = (rows[0]?.more ?? 0) > 0;
  }
  const { rows } = await base.all.query<{ n: number }>(
    `select (select count(distinct org_id)::int from event where received_at >= d and received_at < d + interval '1 day') as n
     from generate_series(timestamptz '2026-10-25', timestamptz '2026-11-19', interval '1 day') d`,
  );
  expect(await active()).toEqual([...rows.map(({ n }) => n), ...unread.slice(0, 4)]);
  expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining([0, 3]));
  expect(await active({ org: 'org-1' })).toBeUndefined();
});

test('what developers get of Analytics has counts and rates, and no money in it', async () => {
  expect(metricsFor(developer).map((id) => trends[id].unit)).not.toContain('money');
  expect((await readAnalyticsFigures(developer, query(), now)).revenue).toBeUndefined();
  expect((await readAnalyticsFigures(provider, query(), now)).revenue?.now).toBe(20_000n);
  const asked = await readTrends(developer, query({ metric: 'revenue,leads' }), now);
  expect(asked.trends.map(({ id }) => id)).toEqual(['leads']);
  const mix = await readMix(developer, query(), now);
  expect(Object.keys(mix)).not.toContain('amounts');
  expect([mix.shares.leads.at(-1), mix.shares.usage.at(-1)]).toEqual([0.25, 0.75]);
  const { rows } = await readCohortGrid(developer, query(), now);
  expect(Object.keys(rows[0]?.cells[0] ?? {})).toEqual(['orgs', 'share']);
  expect((await readCohortGrid(provider, query(), now)).rows[0]?.cells[0]?.mrrMinor).toBe(1000n);
});

test('cohorts and the mix are of the months that hold the asked range', async () => {
  const cohorts = async (params: Record<string, string>) =>
    (await readCohortGrid(provider, query(params), now)).rows.map(({ month }) => month);
  expect(await cohorts({})).toEqual(['2025-11', '2026-02', '2026-11']);
  expect(await cohorts({ from: '2026-02-28', to: '2026-10-31' })).toEqual(['2026-02']);
  expect(await cohorts({ from: '2026-02-28', to: '2026-02-28', org: 'org-0' })).toEqual([]);
  const mix = await readMix(provider, query({ from: '2026-09-30', to: '2026-10-01' }), now);
  expect(mix).toMatchObject({ months: [{ from: '2026-09-01' }, { from: '2026-10-01' }], isLastOpen: false });
  expect(await readMix(provider, query({ from: 'mtd' }), now)).toMatchObject({
    months: [{ from: '2026-11-01', until: '2026-12-01' }],
    isLastOpen: true,
    amounts: { leads: [5000n], usage: [15_000n] },
  });
});

test('a funnel of closed months names them alone, and the conversion rate obeys the source as its list does', async () => {
  expect((await readLeadFunnel(provider, query(), now)).span.until).toBe('2026-11-01');
  expect((await readLeadFunnel(provider, query({ open: 'include' }), now)).span.until).toBe('2026-12-01');
  const all = await readAnalyticsFigures(provider, query(), now);
  const { from, until } = all.cohort;
  const source = 'web';
  const figures = await readAnalyticsFigures(provider, query({ source }), now);
  const to = new Date(Date.parse(until) - 86_400_000).toISOString().slice(0, 10);
  const list = await listLeads(provider, leadsList.parse({ source, from, to }, { zone: 'UTC', now }));
  expect(figures.conversion.now.whole).toBe(list.count.value);
  expect([all, figures].map(({ conversion }) => conversion.now.whole)).toEqual([3, 1]);
});

test('money of the dashboard is refused to developers, operations to accountants', async () => {
  await expect(readMoneyCourses(developer, [], now)).rejects.toThrow('access denied');
  await expect(listAttention(staffOf('accountant'), now)).rejects.toThrow('access denied');
  expect((await listAttention(developer, now)).filter(({ money }) => money)).toEqual([]);
});

test('the MRR moved by what the changes of 30 days come to, the first of these days included', async () => {
  const at = Date.UTC(2026, 11, 9, 12);
  const { today, before } = (await readMoneyCourses(provider, [], at)).byName.get('mrr.net') ?? {};
  const query = subscriptionsList.parse({}, { zone: 'UTC', now: at });
  const { changes } = await summarizeSubscriptions(provider, query, presetWindow('30d', at, 'UTC'));
  expect(changes.net.sums).toEqual([{ currency: 'EUR', minor: -231n }]);
  expect((today?.sums[0]?.minor ?? 0n) - (before?.sums[0]?.minor ?? 0n)).toBe(-231n);
});

test('retention is compared with what it was as far into the month before', async () => {
  await base.all.query(
    `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor) values
      ('org-3', 'g', 'EUR', 's', '2025-10-03', 'new', 5000), ('org-3', 'h', 'EUR', 's', '2026-11-20', 'expansion', 500),
      ('org-3', 'i', 'EUR', 's', '2026-11-25', 'expansion', 250)`,
  );
  await base.all.query("insert into mrr_month select * from mrr_months_of('{org-3}')");
  const figures = await readAnalyticsFigures(provider, query(), now + 30 * dayMs);
  // Of org-0 and org-3 a year ago, and of org-3 alone a year before last month.
  expect([figures.retention, figures.retentionBefore]).toEqual([(1301 + 5750) / 6000, 5500 / 5000]);
  const course = await readRetentionCourse(provider, query(), 'EUR', now + 30 * dayMs);
  expect([course?.net[0], course?.net.at(-1)]).toEqual([undefined, figures.retention]);
  expect(figures.retentionByMonth).toEqual(course?.net);
});
