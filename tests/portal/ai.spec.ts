import { expect, test, type Page } from '@playwright/test';
import type pg from 'pg';
import { openAdmin } from '../support/admin.ts';
import { makeOrg } from '../support/events.ts';
import { choose, rowWith } from './browser/row-menu.ts';
import { portal } from './browser/staff.ts';
import { makeStale, prove } from './browser/step-up.ts';
import { underTest } from './browser/under-test.ts';
import { escape, openedSheet, settled, signedIn, visit } from './browser/visit.ts';

const month = '2026-11-01';
let db: pg.Pool;

test.beforeAll(async () => {
  db = openAdmin(underTest().fullDatabase, 2);
  await db.query(
    `insert into plan (id, name, ai_allowance) values ('hundred', 'Hundred', '{"credits": "100", "isHardCap": true}') on conflict do nothing`,
  );
});
test.afterAll(() => db.end());

/** An organisation that used 80 of its 100 credits of the portal's month, in two features, one of three calls over a cap. */
async function makeUser() {
  const org = await makeOrg(db);
  await db.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-01-01', 'hundred')", [org]);
  await db.query(
    `insert into ai_usage_event (org_id, id, feature, model, credits, cost_minor, currency, used_at, version, is_over_cap, meta)
     select $1, $1 || '-' || n, case when n = 3 then 'pricing' else 'lead_analysis' end, 'small', 10 * n + 6.5, 250, 'EUR',
       '2026-11-20T10:00:00Z'::timestamptz + n * interval '1 hour', 1, n = 3, jsonb_build_object('requestId', 'req-' || n) from generate_series(1, 3) n`,
    [org],
  );
  await db.query("insert into ai_monthly_summary values ($1, $2, 'lead_analysis', 'small', 3, 80, 0, 0, now())", [
    org,
    month,
  ]);
  await db.query('insert into ai_alert (org_id, month, level, fired_at) values ($1, $2, 75, $3)', [
    org,
    month,
    '2026-11-20T13:00:00Z',
  ]);
  return org;
}

const alertOf = (page: Page, org: string) =>
  page.getByRole('region', { name: 'Alerts of this month' }).getByRole('row', { name: org });

async function audited(org: string) {
  const { rows } = await db.query<{ action: string }>(
    "select action from audit_log where org_id = $1 and actor = 'provider@example.org' order by seq",
    [org],
  );
  return rows.map(({ action }) => action);
}

test('an alert is acknowledged and that taken back, muted and told again, each with its entry', async ({ context }) => {
  const org = await makeUser();
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/ai?org=${org}`);
  const alert = alertOf(page, org);
  await expect(alert).toContainText('80 / 100');
  const file = await page.request.get(`${portal()}/provider/ai/alerts/export?org=${org}`);
  expect(await file.text()).toContain(`${org},2026-11,75,80,100,2026-11-20T13:00:00`);
  await choose(page, alert, 'Acknowledge');
  await expect(page.getByText('Alert acknowledged')).toBeVisible();
  await expect(alert).toContainText('by provider@example.org');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Acknowledgement taken back')).toBeVisible();
  await expect(alert).not.toContainText('provider@example.org');
  await choose(page, alert, 'Mute until month end');
  await expect(alert).toContainText('Muted');
  await expect(page.getByText('Alerts are muted until the end of the month')).toBeVisible();
  expect((await db.query('select muted_by from ai_mute where org_id = $1', [org])).rows).toEqual([
    { muted_by: 'provider@example.org' },
  ]);
  await choose(page, alert, 'Unmute');
  await expect(alert).not.toContainText('Muted');
  await expect(page.getByText('Alerts are told again')).toBeVisible();
  expect(await audited(org)).toEqual(['ai.acknowledged', 'ai.acknowledgement_withdrawn', 'ai.muted', 'ai.unmuted']);
  expect(complaints.found).toEqual([]);
});

test('all alerts that match are muted at once, and one is acknowledged and that taken back in their list', async ({
  context,
}) => {
  const org = await makeUser();
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/ai?org=${org}`);
  await page.getByRole('link', { name: 'All alerts' }).click();
  await expect(page).toHaveURL(new RegExp(`alerts\\?month=running&org=${org}`));
  await settled(page);
  const row = rowWith(page, org);
  await choose(page, row, 'Acknowledge');
  await expect(page.getByText('Alert acknowledged')).toBeVisible();
  await expect(row).toContainText('by provider@example.org');
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Acknowledgement taken back')).toBeVisible();
  await expect(row).not.toContainText('provider@example.org');
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await page
    .getByRole('group', { name: 'Selected rows' })
    .getByRole('button', { name: 'Mute until month end' })
    .click();
  await page.getByLabel('Reason').fill('they know');
  await page.getByRole('dialog').getByRole('button', { name: 'Mute until month end' }).click();
  await expect(page.getByRole('dialog').getByText('1 done')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(row).toContainText('Muted');
  expect(await audited(org)).toEqual(['ai.acknowledged', 'ai.acknowledgement_withdrawn', 'ai.muted']);
  expect(complaints.found).toEqual([]);
});

test('a limit is raised above what it is, with a reason, once, by who has said lately who they are', async ({
  context,
}) => {
  const org = await makeUser();
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/ai?org=${org}`);
  await choose(page, alertOf(page, org), 'Raise limit…');
  const dialog = page.getByRole('dialog', { name: `Raise the limit of ${org} for this month` });
  const raise = dialog.getByRole('button', { name: 'Raise limit' });
  for (const wrong of ['100', '99.5', 'many', '-200', '1.5.5']) {
    await dialog.getByLabel('Credits of this month').fill(wrong);
    await expect(dialog.getByText('A number of credits above the present limit').first()).toBeVisible();
    await expect(raise).toHaveAttribute('aria-disabled', 'true');
  }
  await dialog.getByLabel('Credits of this month').fill('1,250.5');
  await dialog.getByLabel('Reason').fill('a fair');
  await makeStale(db, 'provider');
  await raise.dblclick();
  await prove(page);
  await expect(page.getByText('Limit raised')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  const { rows } = await db.query(
    `select (select trim_scale(credits)::text from org_ai_limit where org_id = $1) as credits,
      (select count(*)::int from staff_command where org_id = $1) as orders`,
    [org],
  );
  expect(rows).toEqual([{ credits: '1250.5', orders: 1 }]);
  expect(complaints.found).toEqual([]);
});

/** A view of one organisation's calls is one of every organisation's. */
async function expectViewOfAll(page: Page, name: string) {
  const menu = page.getByRole('button', { name: 'View', exact: true });
  await menu.click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page).toHaveURL(/view=[0-9a-f-]{36}/);
  await visit(page, '/provider/ai/acme');
  await menu.click();
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/ai\/acme\?org=acme&view=/);
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('button', { name: `Delete the view ${name}` }).click();
  await expect(page).not.toHaveURL(/view=/);
}

test('one organisation has figures, a course, credits and calls of its own, with a file of just these', async ({
  context,
}) => {
  const org = await makeUser();
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/ai?org=${org}`);
  await alertOf(page, org)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  const items = page.getByRole('menuitem');
  await expect(items).toHaveCount(3);
  await expect(items.and(page.locator('[aria-disabled=true]'))).toHaveCount(3);
  await expect(items.filter({ hasText: 'Your role may look at limits, not change them' })).toHaveCount(3);
  await escape(page.getByRole('menu'));
  await alertOf(page, org).getByRole('link', { name: org }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(org);
  await expect(page.locator('[data-kpi=month]')).toContainText('80.0 %');
  await expect(page.locator('[data-kpi=calls] a')).toHaveAttribute('data-value', '3');
  await expect(page.getByRole('columnheader', { name: 'Request id' })).toBeVisible();
  await expect(page.locator('tbody a[data-row]')).toHaveCount(3);
  await expect(rowWith(page, 'req-3')).toContainText('Over cap');
  await page.locator('[data-kpi=over] a').click();
  await expect(page).toHaveURL(/cap=over/);
  await expect(page.locator('tbody a[data-row]')).toHaveCount(1);
  await page.locator('tbody a[data-row]').click();
  const sheet = await openedSheet(page);
  await expect(sheet).toContainText('36.5');
  await escape(sheet);
  await visit(page, `/provider/ai/${org}`);
  await page.getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText('3 rows match the filters')).toBeVisible();
  await page.keyboard.press('Escape');
  // Whose calls they are is no filter.
  await expect(page.getByRole('button', { name: 'Clear all' })).toHaveCount(0);
  await expectViewOfAll(page, `Seen at ${org}`);
  expect(complaints.found).toEqual([]);
  expect((await page.request.get(`${portal()}/provider/ai/nobody-there`)).status()).toBe(404);
  await visit(page, '/provider/ai/nobody-there');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page.');
});
