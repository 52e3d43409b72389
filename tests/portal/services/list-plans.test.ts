import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { copySql } from '#portal/exports/copy-sql';
import { aiList } from '#portal/services/provider/ai-list';
import { aiSource } from '#portal/services/provider/ai.service';
import { invoicesSource } from '#portal/services/provider/billing-invoices';
import { invoicesList, paymentsList } from '#portal/services/provider/billing-lists';
import { summarizeBilling } from '#portal/services/provider/billing.service';
import { paymentsSource } from '#portal/services/provider/billing-payments';
import { leadsList } from '#portal/services/provider/leads-list';
import { leadsSource } from '#portal/services/provider/leads.service';
import { metricTopics } from '#domain/metrics';
import { presetWindow } from '#portal/lists/windows';
import { readCohortGrid, readLeadFunnel, readMix } from '#portal/services/provider/analytics-shapes.service';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { readAnalyticsFigures, readTrends } from '#portal/services/provider/analytics.service';
import { readReceived } from '#portal/services/provider/dashboard.service';
import { readAddonsBySku, readLeadsByStatus } from '#portal/services/provider/list-charts.service';
import { readSubscriptionCharts } from '#portal/services/provider/subscription-charts';
import { provider } from './listing.ts';
import { seedBooks } from '../seed/books.ts';
import { rollUpMovements } from '../../support/roll-up.ts';
import { seedEntities } from '../seed/entities.ts';
import { lists } from './listed.ts';
import { watchPlans } from './plan-watch.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const rows = 60_000;
/** Two months of them, so that a month is a part and not the whole. */
const everyMs = 430_000;
const tables =
  'audit_log|lead|subscription|mrr_movement|addon_purchase|incident|ai_usage_event|rated_period|unrated_usage|evaluation_run|listed_invoice|listed_overdue|listed_payment|listed_credit|reconciliation_cell|metric_day_total';

const figuresOfDays =
  'lead|subscription|mrr_movement|mrr_month|mrr_cohort|addon_purchase|incident|ai_usage_event|invoice|payment|metric_day|metric_day_total|metric_month_total';

let base: PortalBase;
let watch: ReturnType<typeof watchPlans>;

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 50, rows, everyMs });
  await seedBooks(base.all, { now, orgs: 50, rows, everyMs });
  await rollUpDays();
  await base.all.query('vacuum analyze');
  watch = watchPlans(base, tables);
}, 300_000);
afterAll(() => base.close());

/** What the job would compute of all days. */
async function rollUpDays() {
  for (const topic of metricTopics)
    await base.all.query(
      `insert into metric_day (metric, day, org_id, currency, n, minor)
       select f.* from (select array_agg(id) as ids, array_agg('2026-08-01'::date) as days from org) o, metrics_of_${topic}(o.ids, o.days, 150) f`,
    );
  await base.all.query(
    'insert into metric_day_total (metric, day, currency, n, minor) select metric, day, currency, sum(n), sum(minor) from metric_day group by 1, 2, 3',
  );
  await base.all.query('update lead set received_at = created_at');
  await base.all.query(
    "insert into metric_mark (org_id, topic, day) select '_provider', 'all:leads', day from metric_day_total where metric = 'leads.received'",
  );
  await rollUpMovements(base.all);
}

/** Keys are hundreds at most, and an organisation has three alerts a month at most: a table that fits on a few pages is best read whole. */
const small = ['keys', 'ai alerts'];

describe.each(lists.filter(({ name }) => !small.includes(name)))(
  'with 60,000 of each no query of $name scans a table',
  ({ filters, plannedApart, read, figures }) => {
    const params = [{}, { from: '7d' }, { org: 'org-7' }, ...filters.map(([one]) => one)];
    test.each(params.filter((one) => !Object.values(one).some((value) => plannedApart.includes(value))))(
      'the list of %j, its first page, the next and the one before',
      async (told) => {
        expect(
          await watch(async () => {
            const first = await read(told, now);
            if (!first.next) return;
            const second = await read({ ...told, after: first.next }, now);
            await read({ ...told, before: second.previous ?? '' }, now);
          }),
        ).toEqual([]);
      },
    );

    test('the figures', async () => {
      // Two weeks of two months are a part that a scan reads best: what matters is that an index serves it.
      const complaints = await watch(() => figures({ from: '7d' }, now), { enable_seqscan: 'off' });
      // Churn is of all months that a range touches: of a narrow table, which is read whole.
      const scans = complaints.filter((complaint) => complaint.startsWith('scans'));
      expect(scans.filter((complaint) => !complaint.includes('mrr_month'))).toEqual([]);
    });
  },
);

test('what a week’s invoices charge by stream is read by the lines of these invoices', async () => {
  // As it is planned: an index that could serve it is not enough where a scan seems to cost less.
  const complaints = await watch(() => summarizeBilling(provider, [], presetWindow('7d', now, 'UTC')));
  expect(complaints.filter((complaint) => complaint.startsWith('scans invoice_line'))).toEqual([]);
});

describe('with figures of days of 60,000 of each no query of Analytics scans a table', () => {
  let watchDays: ReturnType<typeof watchPlans>;
  beforeAll(async () => {
    await Promise.all([globalThis.portalDatabase?.pool.end(), globalThis.portalTotalsPool?.end()]);
    watchDays = watchPlans(base, figuresOfDays, true);
  });
  const query = (params: Record<string, string>) => analyticsList.parse(params, { zone: 'UTC', now });
  test.each<[string, () => Promise<unknown>]>([
    ['trends', () => readTrends(provider, query({}), now)],
    ['trends of an organisation', () => readTrends(provider, query({ org: 'org-7', interval: 'day' }), now)],
    ['trends of a source', () => readTrends(provider, query({ source: 'partner' }), now)],
    ['the figures', () => readAnalyticsFigures(provider, query({}), now)],
    ['the figures of two organisations', () => readAnalyticsFigures(provider, query({ org: 'org-3,org-7' }), now)],
    ['the funnel', () => readLeadFunnel(provider, query({}), now)],
    ['the funnel of a source', () => readLeadFunnel(provider, query({ source: 'partner', open: 'include' }), now)],
    ['an organisation’s funnel', () => readLeadFunnel(provider, query({ org: 'org-7', open: 'include' }), now)],
    ['cohorts', () => readCohortGrid(provider, query({}), now)],
    ['the mix', () => readMix(provider, query({ org: 'org-7' }), now)],
    ['charts of subscriptions', () => readSubscriptionCharts(provider, now)],
    ['leads by status', () => readLeadsByStatus(provider, ['org-7'], now)],
    ['add-ons by SKU', () => readAddonsBySku(provider, [], now)],
    ['leads of the dashboard', () => readReceived(provider, [], presetWindow('7d', now, 'UTC'))],
  ])('%s', async (_, work) => {
    const complaints = await watchDays(work);
    // What months came to is a narrow table, which is read whole.
    expect(complaints.filter((complaint) => !complaint.includes('mrr_month'))).toEqual([]);
  });
});

describe('a file of 60,000 rows begins before all of them are read', () => {
  const told = { zone: 'UTC', now };
  const columns = [{ name: 'id', sql: 't.id', isText: true }];
  test.each([
    ['leads', copySql(leadsSource, leadsList.parse({}, told), columns)],
    ['leads of two statuses', copySql(leadsSource, leadsList.parse({ status: 'new,qualified' }, told), columns)],
    ['leads from the oldest on', copySql(leadsSource, leadsList.parse({ sort: 'createdAt' }, told), columns)],
    ['calls', copySql(aiSource, aiList.parse({}, told), columns)],
    ['invoices', copySql(invoicesSource, invoicesList.parse({}, told), columns)],
    ['payments', copySql(paymentsSource, paymentsList.parse({}, told), columns)],
  ])('%s', async (_, copied) => {
    const text = copied.replace(/^copy \(/, '').replace(/\) to stdout.*$/, '');
    const { rows: found } = await base.portal.query(`explain (format json) ${text}`);
    const { Plan } = Explained.parse(found)[0]['QUERY PLAN'][0];
    // What is sorted or gathered first costs as much before its first row as all of it.
    expect(Plan['Startup Cost']).toBeLessThan(Plan['Total Cost'] / 50);
  });
});

const Costs = z.object({ 'Startup Cost': z.number(), 'Total Cost': z.number() });
const Explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: Costs })]) })]);
