import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { openAdmin } from '../support/admin.ts';
import { expectNoViolation } from './browser/axe.ts';
import { portal } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';
import { signedIn, visit } from './browser/visit.ts';

const leads = '/provider/leads';

async function heads(page: Page) {
  const texts = await page.locator('.data-table thead th').allTextContents();
  return texts.filter((text) => text !== '');
}

test('T6, T7: a view keeps filters and columns, opens by its bare name, and says when it was changed', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `${leads}?status=converted`);
  const total = await page.locator('[data-total]').getAttribute('data-total');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Source' }).uncheck();
  await page.getByRole('button', { name: 'Move Status up' }).click();
  await page.getByRole('button', { name: 'Move Status up' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await heads(page)).slice(0, 3)).toEqual(['Lead', 'Status', 'Organisation']);
  expect(await heads(page)).not.toContain('Source');

  await page.getByRole('button', { name: 'View', exact: true }).click();
  await page.getByLabel('Name').fill('Converted ones');
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page).toHaveURL(/view=[0-9a-f-]{36}/);
  const id = new URL(page.url()).searchParams.get('view') ?? '';
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(() => heads(page)).toContain('Source');

  await visit(page, `${leads}?view=${id}`);
  await expect(page.locator('[data-total]')).toHaveAttribute('data-total', total ?? '');
  expect((await heads(page)).slice(0, 3)).toEqual(['Lead', 'Status', 'Organisation']);
  await expect(page.getByRole('button', { name: 'Converted ones', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Remove the filter Status' }).click();
  await expect(page).toHaveURL(new RegExp(`${leads}$`));
  await visit(page, `${leads}?view=${id}&status=converted&source=web`);
  await page.getByRole('button', { name: 'Converted ones changed' }).click();
  await page.getByRole('button', { name: 'Delete the view Converted ones' }).click();
  await expect(page).not.toHaveURL(/view=/);
  await visit(page, `${leads}?view=${id}`);
  await expect(page.getByRole('status').filter({ hasText: 'view' })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('an organisation is found by a part of its name with keys alone, and stays chosen when others are looked for', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, leads);
  const rows = page.locator('.data-table tbody tr');
  const names = await rows.locator('a[href*="org="]').allTextContents();
  const [first = '', second = ''] = [...new Set(names)];
  const search = page.getByRole('combobox', { name: 'Find: Organisation' });
  const option = (name: string) => page.getByRole('option', { name });
  await page.getByRole('button', { name: 'Organisation', exact: true }).press('Enter');
  await expect(search).toBeFocused();
  for (const name of [first, second]) {
    await search.fill(name.slice(1).toUpperCase());
    await expect(page.getByRole('option')).toHaveCount(1);
    await expect(option(name)).toHaveAttribute('data-highlighted', '');
    await search.press('Enter');
    await expect(option(name)).toHaveAttribute('aria-selected', 'true');
  }
  await search.fill('no such one');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
  await expect(page).toHaveURL(/org=[^,&]+(%2C|,)[^,&]+/);
  await expect(page.getByRole('button', { name: `Organisation is ${first}, ${second}` })).toBeVisible();
  await expect(page.locator('[data-total]')).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('T5: a value in a row is a filter at a click, in the document that is there, and with Ctrl in a tab of its own', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, leads);
  const value = page.locator('tbody a.cell-link').first();
  const html = page.locator('html');
  await html.evaluate((element) => element.setAttribute('data-same', ''));
  const opened = context.waitForEvent('page');
  await value.click({ modifiers: ['Control'] });
  await expect(await opened).toHaveURL(/org=/);
  await expect(page).toHaveURL(new RegExp(`${leads}$`));
  await value.click();
  await expect(page).toHaveURL(/org=/);
  await expect(html).toHaveAttribute('data-same', '');
  await expect(page.getByRole('button', { name: 'Remove the filter Organisation' })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('T10, T11: rows are compact where they were chosen so, on every list; else a lead has its e-mail under its company', async ({
  context,
}) => {
  const db = openAdmin(underTest().fullDatabase, 1);
  await db.query(`insert into org (id, name) values ('mailed', 'Mailed') on conflict do nothing;
    insert into lead (org_id, id, status, company, email, created_at, version) values ('mailed', 'l', 'new', 'Wayne', 'w@customer.example', now(), 1) on conflict do nothing`);
  await db.end();
  const { page } = await signedIn(context, 'accountant');
  await visit(page, `${leads}?org=mailed`);
  const row = page.locator('.data-table tbody tr').first();
  const height = async () => (await row.boundingBox())?.height;
  const email = row.getByText('w@customer.example');
  await expect(email).toBeVisible();
  expect(await height()).toBe(40);
  await page.getByRole('button', { name: 'Compact rows' }).click();
  await expect.poll(height).toBe(32);
  await expect(email).toHaveCount(0);
  await visit(page, '/provider/incidents');
  expect(await height()).toBe(32);
});

test('T32: reading again by itself shows what is new and moves neither focus nor scroll', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await page.clock.install();
  await visit(page, '/provider/incidents');
  await page.getByRole('button', { name: 'Refresh: Off' }).click();
  await page.getByText('Every 10 seconds').click();
  await expect(page.getByRole('button', { name: 'Refresh: Every 10 seconds' })).toBeVisible();
  await page.locator('tbody a[data-row]').nth(20).focus();
  const place = () => page.evaluate(() => [window.scrollY, document.activeElement?.getAttribute('data-row')]);
  const before = await place();
  const again = page.waitForResponse((response) => response.url().includes('_rsc'));
  await page.clock.fastForward(10_000);
  await again;
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  expect(await place()).toEqual(before);
  await page.getByRole('button', { name: 'Refresh: Every 10 seconds' }).click();
  await page.getByText('Off', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Refresh: Off' })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('T23, T24, T25: the file has the rows, columns, zone and mark that its dialog was told', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `${leads}?status=converted`);
  const total = Number(await page.locator('[data-total]').getAttribute('data-total'));
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export as CSV' });
  await expect(dialog.getByText(`${total} rows match the filters`)).toBeVisible();
  await dialog.getByLabel('Time zone of its times').selectOption('Asia/Tokyo');
  const boxes = dialog.getByRole('group', { name: 'Columns' }).getByRole('checkbox');
  for (const box of await boxes.all()) await box.uncheck();
  await expect(dialog.getByRole('button', { name: 'Download' })).toHaveAttribute('aria-disabled', 'true');
  await expect(dialog.getByText('Choose a column first')).toBeVisible();
  for (const box of await boxes.all()) await box.check();
  await dialog.getByLabel('email', { exact: true }).uncheck();
  await dialog.getByLabel('Mark as UTF-8 for Excel (BOM)').check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  const [head = '', first = ''] = text.split('\n');
  expect(head.startsWith('\uFEFFid,organisation,company,name,source')).toBe(true);
  expect(head).not.toContain('email');
  expect(first).toContain('+09:00');
  expect(text.trimEnd().split('\n').length - 1).toBe(total);
  await expect(page.getByText(`Exported ${total} rows`)).toBeVisible();
  await visit(page, `${leads}?status=converted&from=2026-11-23&to=2026-11-24`);
  const ofDays = await page.locator('[data-total]').getAttribute('data-total');
  await visit(page, `${leads}?status=converted`);
  await page.getByRole('button', { name: 'Export' }).click();
  await dialog.getByRole('combobox', { name: /^Range/ }).selectOption('From and to…');
  await dialog.getByRole('textbox', { name: 'From', exact: true }).fill('2026-11-24');
  await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('2026-11-23');
  await expect(dialog.getByText(`${ofDays} rows match the filters`)).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('chosen rows, or all that match, are a file, and a notice leads to its audit entry', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `${leads}?status=qualified,converted&size=25`);
  const total = await page.locator('[data-total]').getAttribute('data-total');
  await page.locator('tbody input[data-select]').nth(0).click();
  await page.locator('tbody input[data-select]').nth(2).click();
  const bar = page.getByRole('group', { name: 'Selected rows' });
  const rowsOf = async () => {
    const saved = page.waitForEvent('download');
    await bar.getByRole('button', { name: 'Export' }).click();
    const text = await readFile(await (await saved).path(), 'utf8');
    return text.trimEnd().split('\n').slice(1);
  };
  const ids = await page.locator('tbody a[data-row]').evaluateAll((rows) => rows.map((row) => row.dataset['row']));
  const chosen = (await rowsOf()).map((row) => row.split(',').slice(0, 2).toReversed().join(':'));
  expect(chosen).toEqual([ids[0], ids[2]]);
  await expect(page.getByText('Exported 2 rows')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await page.getByRole('button', { name: `Select all ${total} matching` }).click();
  expect(String((await rowsOf()).length)).toBe(total);
  await page.getByRole('button', { name: 'Audit entry' }).last().click();
  await expect(page.getByRole('dialog', { name: 'export.made' })).toBeVisible();
  await expect(page.getByRole('dialog').getByText('export/leads')).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('chosen rows are given to no foreign page, to nobody who is signed out, and for nothing but rows', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'developer');
  const ask = async (headers: Record<string, string>, data: object, path = `${leads}/export`) =>
    (await page.request.post(`${portal()}${path}`, { headers, data })).status();
  const id = crypto.randomUUID();
  const picked = { picked: { kind: 'ids', ids: ['org-0:gone'] }, id };
  expect(await ask({ origin: portal() }, picked)).toBe(200);
  expect(await ask({ origin: 'https://evil.example' }, picked)).toBe(403);
  expect(await ask({}, picked)).toBe(403);
  expect(await ask({ origin: portal() }, { ...picked, id: 'x' })).toBe(400);
  expect(await ask({ origin: portal() }, { picked: { kind: 'ids', ids: [] }, id })).toBe(400);
  await context.clearCookies();
  expect(await ask({ origin: portal() }, picked)).toBe(401);
});

test('rows of the settings are chosen for a file, which nobody gets who may not read their list', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  const chosenOf = async (path: string, box: string) => {
    await visit(page, `/provider/settings/${path}`);
    await page.getByRole('checkbox', { name: box, exact: true }).check();
    const saved = page.waitForEvent('download');
    await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Export' }).click();
    return (await readFile(await (await saved).path(), 'utf8')).trimEnd().split('\n').slice(1);
  };
  expect(await chosenOf('staff', 'Select Ada Accountant')).toEqual([expect.stringContaining('accountant@example.org')]);
  await expectNoViolation(page, 'staff');
  expect(await chosenOf('flags', 'Select Passkeys')).toHaveLength(1);
  expect(complaints.found).toEqual([]);
  const files = ['staff/export', 'staff/sessions-export', 'plans/prices-export', 'data/export'];
  for (const file of files)
    expect((await page.request.get(`${portal()}/provider/settings/${file}`)).status()).toBe(200);
  await context.clearCookies();
  const { page: other } = await signedIn(context, 'developer');
  for (const file of files)
    expect((await other.request.get(`${portal()}/provider/settings/${file}`)).status()).toBe(403);
});

test('short lists of the settings are narrowed by words, and given as files of what matches', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, '/provider/settings/staff?state=active');
  const members = page.getByRole('region', { name: 'Members' });
  await expect(members.getByRole('row')).toHaveCount(5);
  await page.getByRole('searchbox').fill('ada');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/state=active&q=ada/);
  await expect(members.getByRole('row')).toHaveCount(2);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).first().click();
  const text = await readFile(await (await saved).path(), 'utf8');
  expect(text.split('\n').slice(1)).toEqual([
    expect.stringContaining(',Ada Accountant,accountant@example.org,accountant,env,'),
    '',
  ]);
  await page.getByRole('searchbox').fill('nobody');
  await page.getByRole('searchbox').press('Enter');
  await expect(page.getByText('Nothing matches').first()).toBeVisible();
  for (const tab of ['plans', 'flags', 'data']) {
    await visit(page, `/provider/settings/${tab}`);
    await expect(page.getByRole('searchbox')).toBeVisible();
    await expect(page.getByRole('link', { name: 'CSV' }).first()).toBeVisible();
  }
  expect(complaints.found).toEqual([]);
});

test('a list of the settings that cannot be read says so, and the others stand', async ({ context }) => {
  const { page } = await signedIn(context, 'provider', portal('empty'));
  const db = openAdmin(underTest().emptyDatabase, 1);
  const holder = await db.connect();
  const failed = page.getByText('could not be loaded');
  try {
    await holder.query('begin; set local idle_in_transaction_session_timeout = 0; lock table org_price');
    await page.goto(`${portal('empty')}/provider/settings/plans`, { waitUntil: 'commit' });
    await expect(failed).toHaveCount(1);
    await expect(page.getByRole('heading', { name: 'Prices of single organisations' })).toBeVisible();
    await expect(page.getByText('No meters')).toBeVisible();
  } finally {
    await holder.query('rollback');
    holder.release();
    await db.end();
  }
  await expect(async () => {
    if ((await failed.count()) > 0) await page.getByRole('button', { name: 'Retry' }).dispatchEvent('click');
    await expect(failed).toHaveCount(0, { timeout: 2_000 });
  }).toPass();
});
