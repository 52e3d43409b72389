import { expect, test, type Page } from '@playwright/test';
import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';
import { rollUpMetrics } from '../support/roll-up.ts';
import { now } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { settled, signedIn, visit } from './browser/visit.ts';

let db: pg.Pool;
let org: string;

const minuteOf = (day: string) => (Date.parse(`${day}T10:00:00Z`) - Date.UTC(2026, 0, 1)) / 60_000;
const lead = (leadId: string, source: string, day: string): Told => ({
  type: 'lead.created',
  at: minuteOf(day),
  data: { leadId, source, company: leadId },
});

/** An organisation with a subscription since August, leads of two sources of which one was converted, and what its books had booked. */
test.beforeAll(async () => {
  const url = underTest().fullDatabase;
  db = openAdmin(url, 2);
  org = await makeOrg(db);
  const worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
  const data = {
    subscriptionId: 's',
    plan: 'grown',
    status: 'active',
    priceMinor: 98_700,
    currency: 'EUR',
    interval: 'month',
  };
  const told: readonly Told[] = [
    { type: 'subscription.created', at: minuteOf('2026-08-10'), data },
    lead('a', 'fair', '2026-09-02'),
    lead('b', 'fair', '2026-10-05'),
    lead('c', 'web', '2026-10-06'),
    lead('d', 'web', '2026-11-20'),
    { type: 'lead.converted', at: minuteOf('2026-10-08'), data: { leadId: 'b' } },
  ];
  await applyEvents(worker, await acceptAll(db, org, told), 'w');
  await rollUpMetrics(worker, { slot: '2026-11-24T12:00', at: now, isForced: false });
  await worker.end();
  for (const table of ['metric_day', 'metric_day_total'])
    await db.query(
      `insert into ${table} (${table === 'metric_day' ? 'org_id, ' : ''}metric, day, currency, n, minor)
       select ${table === 'metric_day' ? `'${org}', ` : ''}m, d::date, 'EUR', 1, a from (values ('revenue.leads', '2026-10-20', 25000),
         ('revenue.usage', '2026-10-21', 75000), ('revenue.usage', '2026-11-10', 98700)) v (m, d, a)
       on conflict do nothing`,
    );
});
test.afterAll(() => db.end());

async function open(page: Page, tab: string, query = '') {
  expect(await visit(page, `/provider/analytics${tab}?org=${org}${query}`)).toBe(200);
}

/** The rows of the file beside a figure, without its head. */
async function fileOf(page: Page, name: string) {
  const link = page.locator(`a[download="${name}.csv"]`);
  const href = (await link.getAttribute('href')) ?? '';
  const text = decodeURIComponent(href.slice(href.indexOf(',') + 1));
  return text.trimEnd().split('\r\n').slice(1);
}

test('K8, K9, K10, K11: trends are of the metric, interval and comparison in the URL, and chart, table and file tell the same, also of a month that is not over', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await open(page, '', '&metric=leads&interval=month');
  const chart = page.getByRole('region', { name: 'Leads received' }).locator('figure');
  await expect(chart.getByRole('img').first()).toHaveAccessibleName(/Leads received: 4 /);
  await chart.getByText('Show as table').click();
  const october = chart.getByRole('row', { name: /Oct/ });
  await expect(october.getByRole('cell').first()).toHaveText('2');
  const rows = await fileOf(page, 'leads-by-month');
  // Twelve whole months and the running one, whose name has a comma.
  const told = await chart.locator('tbody tr').evaluateAll((all) => all.map((row) => row.children[1]?.textContent));
  expect(told).toHaveLength(13);
  expect(rows.map((row) => row.replace(/^".*?"|^[^,]*/, '').split(',')[1])).toEqual(told);
  expect(rows.filter((row) => row.includes('so far'))).toEqual([expect.stringMatching(/^"Nov 2026, so far",/)]);
  expect(rows.at(-1)).toContain('so far');
  await expect(chart.locator('tbody th').last()).toHaveText('Nov 2026, so far');
  const buckets = chart.getByRole('list', { name: 'Figures by bucket: arrow keys move' }).getByRole('img');
  await expect(buckets).toHaveCount(13);
  await buckets.last().focus();
  await page.keyboard.press('ArrowLeft');
  await expect(buckets.nth(11)).toBeFocused();
  await expect(buckets.nth(11)).toHaveAccessibleName(/^Oct.* 2\b/);
  await page.getByRole('list', { name: 'Interval' }).getByRole('link', { name: 'Day' }).click();
  await expect(page).toHaveURL(/interval=day/);
  const previous = chart.getByRole('list').getByText('Previous period');
  await expect(previous).toBeVisible();
  await expect
    .poll(async () => (await fileOf(page, 'leads-by-day')).filter((row) => /,[12]$/.test(row)))
    .toHaveLength(2);
  await page.getByRole('list', { name: 'Previous period' }).getByRole('link', { name: 'Off' }).click();
  await expect(page).toHaveURL(/compare=off/);
  await expect(previous).toHaveCount(0);
  await page.getByRole('list', { name: 'Interval' }).getByRole('link', { name: 'Month' }).click();
  await expect(page).toHaveURL(/interval=month/);
  await page.getByRole('search').getByRole('button', { name: 'Source' }).click();
  await page.getByRole('checkbox', { name: 'fair' }).check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/source=fair/);
  await expect(chart.getByRole('img').first()).toHaveAccessibleName(/Leads received: 2 /);
  await page.getByRole('link', { name: 'Funnel' }).click();
  // A filter goes along from tab to tab.
  await expect(page).toHaveURL(/funnel\?.*source=fair/);
  await settled(page);
  await expect(page.getByRole('table', { name: /^Of 2 leads 1 were converted/ })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('the funnel counts leads of closed months by source, and the running month when it is asked for', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await open(page, '/funnel');
  const steps = page.getByRole('table', { name: /^Of 3 leads 1 were converted/ });
  await expect(steps.getByRole('row', { name: /^Received/ })).toContainText('3');
  await expect(steps.getByRole('row', { name: /^Converted/ })).toContainText('1');
  expect((await fileOf(page, 'lead-funnel')).map((row) => row.split(',').slice(0, 2))).toEqual([
    ['Received', '3'],
    ['Contacted', '1'],
    ['Qualified', '1'],
    ['Converted', '1'],
    ['Invoiced', '0'],
    ['Paid', '0'],
  ]);
  expect(await fileOf(page, 'lead-funnel-by-source')).toEqual(['fair,2,1,1,1,0,0', 'web,1,0,0,0,0,0']);
  await page.getByRole('link', { name: 'Include' }).click();
  await expect(page.getByRole('table', { name: /^Of 4 leads/ })).toBeVisible();
  await page
    .getByRole('table', { name: /^Leads by source/ })
    .getByRole('link', { name: 'web' })
    .click();
  await expect(page).toHaveURL(/leads\?.*source=web/);
  expect(complaints.found).toEqual([]);
});

test('cohorts have a number in every cell, and the mix adds up to the whole', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await open(page, '/cohorts');
  const grid = page.getByRole('table', { name: /^1 cohort,/ });
  await expect(grid.locator('tbody tr')).toHaveCount(1);
  await expect(grid.locator('tbody td').nth(1)).toHaveText('100.0 %');
  await page.getByRole('list', { name: 'Measure' }).getByRole('link', { name: 'MRR' }).click();
  await expect(grid.locator('tbody td').nth(1)).toHaveText('987.00');
  await open(page, '/mix');
  const amounts = page.getByRole('region', { name: 'Revenue by stream and month' });
  await amounts.getByText('Show as table').click();
  await expect(
    amounts
      .getByRole('row', { name: /Oct 2026/ })
      .getByRole('cell')
      .last(),
  ).toHaveText('1,000.00 EUR');
  const shares = await fileOf(page, 'revenue-shares-EUR');
  expect(shares.at(-2)?.split(',').slice(1, 6)).toEqual(['0.25', '0', '0.75', '0', '0']);
  await page.getByRole('search').getByRole('button', { name: 'Stream' }).click();
  await page.getByRole('checkbox', { name: 'Usage' }).check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/stream=usage/);
  await settled(page);
  await expect
    .poll(async () => (await fileOf(page, 'revenue-shares-EUR')).at(-2)?.split(',').slice(1, 6))
    .toEqual(['0', '0', '1', '0', '0']);
  expect(complaints.found).toEqual([]);
});

test('a developer sees counts and shares, and no money, on no tab and by no address', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  const money = /987|1,000\.00|98700|100000|250\.00|750\.00/;
  for (const [tab, query] of [
    ['', '&metric=revenue,mrr,invoiced'],
    ['', '&metric=leads'],
    ['/funnel', ''],
    ['/cohorts', '&measure=money'],
    ['/mix', '&currency=EUR'],
  ] as const) {
    await open(page, tab, query);
    await expect(page.locator('[data-kpi]'), tab).toHaveCount(4);
    await expect(page.locator('[data-kpi=revenue], [data-kpi=per-org]'), tab).toHaveCount(0);
    // What the server sent, not only what is shown of it.
    expect(await page.content(), `${tab}${query}`).not.toMatch(money);
  }
  await expect(page.getByRole('region', { name: 'Revenue by stream and month' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Share of each stream' })).toBeVisible();
  await open(page, '', '&metric=leads,revenue,mrr');
  await expect(page.getByRole('status').filter({ hasText: 'Left out: Revenue, MRR.' })).toBeVisible();
  await visit(page, '/provider/analytics');
  await page.getByRole('search').getByRole('button', { name: 'Metric' }).click();
  await expect(page.getByRole('checkbox', { name: 'Leads received' })).toBeVisible();
  for (const name of ['Revenue', 'MRR', 'Invoiced', 'Collected'])
    await expect(page.getByRole('checkbox', { name, exact: true })).toHaveCount(0);
  expect(complaints.found).toEqual([]);
});
