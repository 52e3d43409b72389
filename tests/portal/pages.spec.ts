import { expect, test, type Page } from '@playwright/test';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { rollUpMetrics } from '../support/roll-up.ts';
import { expectNoViolation } from './browser/axe.ts';
import { portal } from './browser/staff.ts';
import { now } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { escape, openedSheet, settled, signedIn, visit, watch } from './browser/visit.ts';

const log = '/provider/federation/log';

async function expectNoOverflow(page: Page) {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(width[0]).toBeLessThanOrEqual(width[1] ?? 0);
}

// Of the answer itself: what its scripts load is trusted by them.
async function expectNonces(page: Page) {
  const html = (await (await page.reload())?.text()) ?? '';
  expect(html.match(/<script\b/g)?.length).toBeGreaterThan(0);
  expect(html.match(/<script\b(?![^>]*\bnonce=)[^>]*>/g)).toBeNull();
}

async function total(page: Page): Promise<number> {
  return Number(await page.locator('[data-total]').getAttribute('data-total'));
}

test.describe('signing in by the form', () => {
  test('leads to where the visitor wanted to go, and out again', async ({ page }) => {
    const complaints = watch(page);
    await page.goto(`${portal()}${log}`);
    await page.getByLabel('E-mail').fill('developer@example.org');
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Webhook log');
    expect(complaints.found).toEqual([]);
  });
});

for (const role of ['provider', 'developer'] as const) {
  test(`the dashboard of a ${role}: one heading, four linked figures, nothing to complain of`, async ({ context }) => {
    const { page, complaints } = await signedIn(context, role);
    expect(await visit(page, '/provider')).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.locator('[data-kpi] a')).toHaveCount(role === 'provider' ? 8 : 4);
    await expectNonces(page);
    await expectNoOverflow(page);
    expect(complaints.found).toEqual([]);
  });

  test(`the webhook log of a ${role}: heading, figures, filters, a sorted table`, async ({ context }) => {
    const { page, complaints } = await signedIn(context, role);
    expect(await visit(page, log)).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.locator('[data-kpi] a')).toHaveCount(4);
    await expect(page.locator('th[aria-sort]')).toHaveCount(1);
    expect(await page.locator('thead th').count()).toBe(await page.locator('th[scope=col]').count());
    await expect(page.locator('tbody tr')).toHaveCount(50);
    await expectNonces(page);
    expect(complaints.found).toEqual([]);
  });
}

test("the accountant's dashboard has no operations, and its navigation no Federation", async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  expect(await visit(page, '/provider')).toBe(200);
  await expect(page.locator('[data-kpi]')).toHaveCount(4);
  await expect(page.getByRole('region', { name: 'Needs attention' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Federation' })).toHaveCount(0);
  expect(complaints.found).toEqual([]);
});

test("the dashboard's organisations are a file too, as programs read amounts", async ({ context }) => {
  const db = openAdmin(underTest().fullDatabase, 1);
  await db.query("insert into org (id, name) values ('filed', '=1+1')");
  await db.query(
    "insert into metric_day (metric, day, org_id, currency, n, minor) values ('revenue.leads', '2026-11-03', 'filed', 'EUR', 1, 123456)",
  );
  const { page } = await signedIn(context, 'accountant');
  await visit(page, '/provider?org=filed&currency=EUR');
  const orgs = page.getByRole('region', { name: 'Organisations by revenue, this month', exact: true });
  const href = (await orgs.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '';
  await db.query("delete from metric_day where org_id = 'filed'");
  await db.end();
  const [, heads, row] = /^data:text\/csv;charset=utf-8,(.*)\r\n(.*)\r\n$/.exec(decodeURIComponent(href)) ?? [];
  expect(heads).toBe(
    'Organisation id,Organisation,MRR,Leads,Subscriptions,Usage,Add-ons,AI credits,Total,Total last month so far',
  );
  expect(row).toBe("filed,'=1+1,0.00,1234.56,0.00,0.00,0.00,0.00,1234.56,0.00");
});

test('each figure equals the list that it links to, once the figures of days are up to date', async ({ context }) => {
  const url = underTest().fullDatabase;
  const worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
  await rollUpMetrics(worker, { slot: '2026-11-24T12:00', at: now, isForced: false });
  await worker.end();
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  const links = await page
    .locator('[data-kpi] a[data-value]')
    .evaluateAll((anchors) =>
      anchors.map((a) => [a.getAttribute('href') ?? '', Number(a.getAttribute('data-value'))] as const),
    );
  for (const [href, value] of links) {
    await visit(page, href);
    expect(await total(page), href).toBe(value);
  }
});

test('T27: paging goes to the end and back without losing or repeating a row', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, `${log}?size=100`);
  const count = await total(page);
  const ids = () =>
    page
      .locator('tbody a[data-row]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.match(/row=([^&]+)/)?.[1] ?? ''));
  const seen = [await ids()];
  for (let next = page.getByRole('link', { name: 'Next' }); (await next.count()) > 0;) {
    const before = (await ids())[0] ?? '';
    await next.click();
    await expect.poll(async () => (await ids())[0]).not.toBe(before);
    seen.push(await ids());
  }
  expect(new Set(seen.flat()).size).toBe(seen.flat().length);
  expect(seen.flat().length).toBe(count);
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect.poll(ids).toEqual(seen.at(-2));
});

test('a row opens in a new tab as a page of its own, which leads back to its list', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  for (const path of ['leads?status=new', 'federation/log?result=applied']) {
    await visit(page, `/provider/${path}`);
    const opened = context.waitForEvent('page');
    await page
      .locator('tbody a[data-row]')
      .first()
      .click({ modifiers: ['Control'] });
    const tab = await opened;
    const complaints = watch(tab);
    await expect(tab.locator('dialog[open], table:has(input[data-select])')).toHaveCount(0);
    await expect(tab.getByRole('heading', { level: 1 })).toBeVisible();
    await expectNoViolation(tab, path, []);
    await tab.getByRole('link', { name: 'Back to the list' }).click();
    await expect(tab).toHaveURL(new RegExp(`/provider/${path.replace('?', '\\?')}$`));
    expect(complaints.found).toEqual([]);
    await tab.close();
  }
});

test('T33: a row opens in a panel with an address of its own that survives a reload, and Escape gives the focus back', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `${log}?result=applied`);
  const first = page.locator('tbody a[data-row]').first();
  await first.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await openedSheet(page);
  await expect(page).toHaveURL(/row=/);
  await page.reload();
  await settled(page);
  const sheet = await openedSheet(page);
  for (const tab of ['Verification', 'Response', 'Attempts', 'Domain effect']) {
    await page.getByRole('dialog').getByText(tab, { exact: true }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
  }
  await expect(
    page
      .getByRole('dialog')
      .getByRole('link', { name: /Temporal/i })
      .first(),
  ).toHaveAttribute('href', /namespaces\/default\/workflows\//);
  await escape(sheet);
  expect(complaints.found).toEqual([]);
});

test('T3, T30: filters live in the address, what is not understood is said, and no match is not nothing yet', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, `${log}?type=lead.created&org=acme`);
  const some = await total(page);
  expect(some).toBeGreaterThan(0);
  await visit(page, `${log}?type=lead.created&org=acme&result=invented&size=7`);
  await expect(page.getByRole('status').filter({ hasText: 'result' })).toBeVisible();
  expect(await total(page)).toBe(some);
  await visit(page, `${log}?idempotency=never-sent`);
  await expect(page.getByText(/No .*match/)).toBeVisible();
  await visit(page, log, portal('full'));
});

test('an empty log says what will fill it', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider', portal('empty'));
  await visit(page, log, portal('empty'));
  await expect(page.locator('tbody tr')).toHaveCount(0);
  await expect(page.getByText(/No requests/)).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('control 67: what tenants write stays text, inside its cell, at any width', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(page, `${log}?org=hostile-markup,hostile-rtl`);
    await expectNoOverflow(page);
    await page.locator('tbody a[data-row]').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoOverflow(page);
    expect(await page.title()).not.toContain('owned');
  }
  expect(complaints.found).toEqual([]);
});

test('A11: going to another page by its link or its tab gives the focus to the heading there', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  const went = async (link: string, heading: string) => {
    await page.getByRole('link', { name: link, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeFocused();
  };
  await went('Subscriptions', 'Subscriptions');
  await went('Plan changes', 'Plan changes');
  await went('Audit log', 'Audit log');
  await went('Dashboard', 'Dashboard');
  expect(complaints.found).toEqual([]);
});

test('S8: an instant that is told as how long ago it was is exact on hover, and where its row has the focus', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'developer');
  await context.addCookies([{ name: 'times', value: 'relative', url: portal() }]);
  await visit(page, '/provider/incidents');
  const row = page.locator('.data-table tbody tr').first();
  const opened = row.locator('time').last();
  await expect(opened).toHaveText(/ ago/);
  expect(await opened.innerText()).toMatch(/ ago$/);
  await opened.hover();
  await expect(opened).toHaveAttribute('title', /\d{2}:\d{2}:\d{2}\.\d{3}.* UTC$/);
  await row.locator('a[data-row]').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect.poll(() => opened.innerText()).toMatch(/^[A-Z][a-z]{2} \d/);
});

test('T8, T9, T10: the head of a list stays below the top bar, and where the list scrolls in its card its first column stays', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, log);
  const head = page.locator('.data-table th[aria-sort]');
  const top = () => head.evaluate((element) => Math.round(element.getBoundingClientRect().top));
  await page.evaluate(() => window.scrollTo(0, 800));
  await expect.poll(top).toBe(48);
  expect((await head.boundingBox())?.height).toBe(36);
  await page.setViewportSize({ width: 900, height: 900 });
  const cell = page.locator('.data-table tbody tr').first().locator('td').nth(1);
  const left = () => cell.evaluate((element) => Math.round(element.getBoundingClientRect().left));
  const before = await left();
  const scrolled = page.locator('.table-scroll').evaluate((element) => {
    element.scrollBy(400, 0);
    return element.scrollLeft;
  });
  expect(await scrolled).toBeGreaterThan(100);
  expect(await left()).toBe(before);
});

test('A6: nothing moves for who wants less motion', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, log);
  await page.locator('a[data-row]').first().click();
  const sheet = await openedSheet(page);
  const ms = () => sheet.evaluate((element) => Number.parseFloat(getComputedStyle(element).animationDuration) * 1_000);
  expect(await ms()).toBeLessThan(1);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await ms()).toBe(160);
});

test('a page that is older than the portal says so when it acts, and offers to be read anew', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, '/provider/incidents');
  // As a tab would that a release before drew: the portal has no such action any more.
  await page.route('**/provider/incidents**', (route, request) =>
    request.headers()['next-action'] === undefined
      ? route.continue()
      : route.continue({ headers: { ...request.headers(), 'next-action': `40${'0'.repeat(40)}` } }),
  );
  const row = page.locator('.data-table tbody tr').first();
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Acknowledge' }).click();
  await expect(page.getByText('This page was updated.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});
