import { expect, test } from '@playwright/test';
import { escape, openedSheet, signedIn, visit } from './browser/visit.ts';

test('S1, S2, S3: by keyboard alone: a page, a thing of a tenant, an action of the page, and back', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('incid');
  await expect(palette.getByRole('option', { name: 'Incidents' })).toHaveAttribute('data-highlighted', '');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Incidents');

  await visit(page, '/provider/leads?org=acme');
  const name = (await page.locator('tbody a[data-row]').first().textContent()) ?? '';
  await page.keyboard.press('Meta+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type(name);
  // By name: what the first letters found stands there until all are looked for.
  await palette.getByRole('group', { name: 'Leads' }).getByRole('option', { name }).first().click();
  await openedSheet(page);
  await expect(page.getByRole('dialog', { name })).toBeVisible();

  // Over an open row, which makes the rest of the page inert.
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await escape(palette);
  await escape(page.getByRole('dialog', { name }));

  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('columns');
  await expect(palette.getByRole('option', { name: 'Columns' })).toHaveAttribute('data-highlighted', '');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('S3: it does what a page is for', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  for (const [path, action] of [
    ['federation', 'Create key'],
    ['federation/log', 'Replay these'],
    ['federation/log', 'Tail'],
    ['federation/replay', 'Plan replay'],
    ['dev-aids/jobs', 'Run now: dunning'],
  ] as const) {
    await visit(page, `/provider/${path}`);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox')).toBeFocused();
    await page.keyboard.type(action.slice(0, 6));
    await expect(page.getByRole('group', { name: 'On this page' }).getByRole('option', { name: action })).toBeVisible();
  }
});

test('the palette of a role has no page that it hides', async ({ context }) => {
  const { page } = await signedIn(context, 'accountant');
  await visit(page, '/provider');
  await page.getByRole('button', { name: 'Search leads, orgs, invoices…' }).click();
  const pages = page.getByRole('group', { name: 'Pages' });
  await expect(pages.getByRole('option', { name: 'Leads' })).toBeVisible();
  await expect(pages.getByRole('option', { name: 'Federation' })).toHaveCount(0);
  await expect(pages.getByRole('option', { name: 'Dev aids' })).toHaveCount(0);
});

test('a page is fetched ahead once a pointer or the focus comes to its link, and no other', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  const ahead = new Set<string>();
  page.on('request', (request) => {
    const headers = request.headers();
    if (headers['next-router-prefetch'] ?? headers['next-router-segment-prefetch'])
      ahead.add(new URL(request.url()).pathname);
  });
  await visit(page, '/provider');
  await page.getByRole('link', { name: 'Usage', exact: true }).hover();
  await expect.poll(() => [...ahead]).toEqual(['/provider/usage']);
  await page.getByRole('link', { name: 'Audit log', exact: true }).focus();
  await expect.poll(() => [...ahead]).toEqual(['/provider/usage', '/provider/audit']);
  expect(complaints.found).toEqual([]);
});

test('the sidebar collapses to icons that keep their names, and stays as it was left', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit(page, '/provider/leads');
  const side = page.getByRole('complementary').first();
  const width = () => side.evaluate((element) => element.getBoundingClientRect().width);
  expect(await width()).toBe(232);
  await page.getByRole('button', { name: 'Collapse sidebar' }).press('Enter');
  await expect.poll(width).toBe(56);
  await expect(side.getByRole('link', { name: /^Leads/ })).toHaveAttribute('aria-current', 'page');
  await expect.poll(async () => (await context.cookies()).find(({ name }) => name === 'sidebar')?.value).toBe('narrow');
  await visit(page, '/provider/audit');
  expect(await width()).toBe(56);
  await page.getByRole('button', { name: 'Expand sidebar' }).click();
  await expect.poll(width).toBe(232);
});

test('S4: ? opens the sheet of shortcuts outside of fields, and letters can be turned off', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, '/provider/leads');
  await page.getByRole('searchbox').first().focus();
  await page.keyboard.type('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toHaveCount(0);
  const rows = page.locator('tbody a[data-row]');
  await rows.first().focus();
  await page.keyboard.press('?');
  await sheet.getByLabel('Single-letter shortcuts').uncheck();
  await expect(page.locator('html')).toHaveAttribute('data-letters', 'off');
  await escape(sheet);
  await rows.first().focus();
  await page.keyboard.press('j');
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press('?');
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  expect(complaints.found).toEqual([]);
});

test('S6, S7: the zone that is chosen once is that of every page, printed beside its times, and kept', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'accountant');
  await visit(page, '/provider/leads');
  const head = page.locator('#main').getByText(/^Data through/);
  await expect(head).toHaveText('Data through 12:00 UTC');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('group', { name: 'Time zone' }).getByText('Asia/Tokyo').click();
  await expect(head).toHaveText('Data through 21:00 GMT+9');
  await expect(page.getByRole('banner').getByText('GMT+9 · Nov 24, 21:00')).toBeVisible();
  expect((await context.cookies()).find(({ name }) => name === 'zone')?.value).toBe(encodeURIComponent('Asia/Tokyo'));
  await visit(page, '/provider/subscriptions');
  await expect(head).toHaveText('Data through 21:00 GMT+9');
  // It is kept for the member, of whom other tests think that they see UTC.
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('group', { name: 'Time zone' }).getByText('UTC').click();
  await expect(head).toHaveText('Data through 12:00 UTC');
});

test('S7: the latest audit entries of the dashboard say of which zone their times are', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  const table = page.getByRole('table', { name: 'Latest audit entries' });
  await expect(table.getByRole('columnheader', { name: 'Time (UTC)' })).toBeVisible();
});

test('a count beside a page of the navigation is the total of the list that it stands for', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider/incidents?sla=breaching,due');
  const total = (await page.locator('[data-total]').getAttribute('data-total')) ?? '0';
  await expect(page.getByRole('link', { name: `Incidents ${total} breaching or due within an hour` })).toBeVisible();
});
