import { expect, test, type Page, type Response } from '@playwright/test';
import { minuteMs } from '#domain/instants';
import { idleMs } from '#portal/auth/session';
import { openAdmin } from '../../support/admin.ts';
import { choose } from '../browser/row-menu.ts';
import { portal, sessionCookie } from '../browser/staff.ts';
import { now } from '../browser/start-portal.ts';
import { underTest } from '../browser/under-test.ts';
import { escape, openedSheet, settled, signedIn, visit } from '../browser/visit.ts';

const log = '/provider/federation/log';
const openRow = /[?&]row=/;

function rows(page: Page) {
  return page.locator('tbody a[data-row]');
}

function rowIds(page: Page) {
  return rows(page).evaluateAll((links) => links.map((link) => link.getAttribute('data-row') ?? ''));
}

test('each figure of a filtered log shows its number and opens a list of as many', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, `${log}?from=24h&org=acme`);
  const figures = page.getByRole('region', { name: 'Deliveries in figures' }).locator('[data-kpi] a');
  await expect(figures).toHaveCount(4);
  const told = await figures.evaluateAll((links) =>
    links.map((a) => ({
      href: a.getAttribute('href') ?? '',
      shown: a.textContent,
      value: a.getAttribute('data-value'),
    })),
  );
  expect(told.some(({ value }) => Number(value) > 0)).toBe(true);
  for (const { href, shown, value } of told) {
    expect(shown?.replaceAll(',', '')).toBe(value);
    await visit(page, href);
    if (Number(value) === 0) await expect(page.getByText('No delivery matches these filters')).toBeVisible();
    else await expect(page.locator('[data-total]')).toHaveAttribute('data-total', value ?? '');
  }
});

test('T1, A8: the table says how it is sorted, and its other order is the reverse', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, `${log}?org=acme&result=rejected&size=100`);
  await expect(page.getByRole('search', { name: 'Filters' })).toBeVisible();
  await expect(page.locator('th[aria-sort]')).toHaveAttribute('aria-sort', 'descending');
  const newestFirst = await rowIds(page);
  expect(newestFirst.length).toBeGreaterThan(1);
  await page.locator('th[aria-sort] a').click();
  await expect(page).toHaveURL(/sort=receivedAt/);
  await expect(page.locator('th[aria-sort]')).toHaveAttribute('aria-sort', 'ascending');
  expect(await rowIds(page)).toEqual(newestFirst.toReversed());
});

test('T34: the menu of a line copies its request as curl, without its signature', async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `${log}?org=acme&result=applied`);
  await choose(page, page.locator('.data-table tbody tr').first(), 'Copy as curl');
  await expect(page.getByText('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^curl -X POST '[^']*\/api\/federation\/(events|usage)' /);
  expect(copied).not.toMatch(/x-signature|\[redacted\]/i);
  expect(complaints.found).toEqual([]);
});

test('no match offers the way back to all rows', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, `${log}?idempotency=never-sent`);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(new RegExp(`${log}$`));
  await expect(rows(page)).toHaveCount(50);
});

test('T29: while the database is slow the page shows its frame, and then the rows', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  const db = openAdmin(underTest().fullDatabase, 1);
  const holder = await db.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table event in access exclusive mode');
    await page.goto(`${portal()}${log}`, { waitUntil: 'commit' });
    await expect(page.locator('#main [aria-busy=true]').first()).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Webhook log');
    await expect(rows(page)).toHaveCount(0);
    const skeleton = page.locator('.card[aria-busy=true] > .h-10');
    await expect(skeleton).toHaveCount(10);
    expect((await skeleton.first().boundingBox())?.height).toBe(40);
  } finally {
    await holder.query('rollback');
    holder.release();
    await db.end();
  }
  await expect(rows(page)).toHaveCount(50);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  expect(complaints.found).toEqual([]);
});

test('in the panel j and k go to the neighbours, and Escape gives the focus to the row that was open', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, log);
  const [first = '', second = ''] = await rowIds(page);
  await rows(page).first().focus();
  await page.keyboard.press('Enter');
  const sheet = await openedSheet(page);
  await expect(page).toHaveURL(openRow);
  for (const [key, id] of [
    ['j', second],
    ['k', first],
    ['j', second],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`row=${id}`));
    await settled(page);
  }
  await escape(sheet);
  await expect(page).not.toHaveURL(openRow);
  await expect(page.locator(`a[data-row="${second}"]`)).toBeFocused();
  expect(complaints.found).toEqual([]);
});

test('T32: what the tail reads by itself keeps no session alive; a key or a click does', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, `${log}?org=acme`);
  await page.getByRole('switch', { name: 'Tail' }).click();
  await expect(page).toHaveURL(/tail=/);
  await settled(page);
  const [cookie] = (await context.cookies()).filter(({ name }) => name === sessionCookie);
  const db = openAdmin(underTest().fullDatabase, 1);
  const own = 'where token_sha256 = sha256($1)';
  const idleUntil = async () =>
    (
      await db.query(`select idle_expires_at from staff_session ${own}`, [cookie?.value])
    ).rows[0]?.idle_expires_at.getTime();
  const soon = now + 10 * minuteMs;
  // What the click asked for may still be on its way when the first one is read.
  await page.waitForResponse(isRead);
  await db.query(`update staff_session set idle_expires_at = $2 ${own}`, [cookie?.value, new Date(soon)]);
  await page.waitForResponse(isRead);
  await page.waitForResponse(isRead);
  expect(await idleUntil()).toBe(soon);
  await page.getByRole('link', { name: 'Keys', exact: true }).click();
  await expect(page).toHaveURL(/federation$/);
  expect(await idleUntil()).toBe(now + idleMs);
  await db.end();
});

test('T32: the tail reads every five seconds', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await page.clock.install();
  await visit(page, `${log}?org=acme&tail=5s`);
  await expect(page.getByRole('switch', { name: 'Tail' })).toBeChecked();
  const reads: Response[] = [];
  const first = page.waitForResponse(isRead);
  await page.clock.pauseAt(Date.now() + 60_000);
  await first;
  page.on('response', (response) => void (isRead(response) && reads.push(response)));
  for (let n = 1; n <= 6; n += 1) {
    const read = page.waitForResponse(isRead);
    await page.clock.runFor(5_000);
    await read;
    expect(reads).toHaveLength(n);
  }
});

function isRead(response: Response): boolean {
  return response.url().includes('_rsc=') && response.url().includes('tail=');
}

test('a delivery leads to the key that signed it, and the check that failed says what that means', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `${log}?org=acme&result=applied`);
  await rows(page).first().click();
  await (await openedSheet(page)).getByRole('link', { name: 'fk_live_acme' }).click();
  await expect(page).toHaveURL(/federation\?row=acme/);
  await settled(page);
  await expect((await openedSheet(page)).getByText('fk_live_acme').first()).toBeVisible();
  await visit(page, `${log}?code=timestamp_skewed`);
  await rows(page).first().click();
  await expect((await openedSheet(page)).getByText('at most 300 seconds in the past')).toBeVisible();
  expect(complaints.found).toEqual([]);
});
