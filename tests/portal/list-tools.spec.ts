import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { settled, signedIn, visit } from './browser/visit.ts';

const leads = '/provider/leads';

async function heads(page: Page) {
  const texts = await page.locator('.data-table thead th').allTextContents();
  return texts.filter((text) => text !== '');
}

test('a view keeps filters and columns, opens by its bare name, and says when it was changed', async ({ context }) => {
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

test('rows are compact where they were chosen so, on every list', async ({ context }) => {
  const { page } = await signedIn(context, 'accountant');
  await visit(page, leads);
  const row = page.locator('.data-table tbody tr').first();
  const height = async () => (await row.boundingBox())?.height;
  expect(await height()).toBe(40);
  await page.getByRole('button', { name: 'Compact rows' }).click();
  await expect.poll(height).toBe(32);
  await visit(page, '/provider/incidents');
  expect(await height()).toBe(32);
});

test('reading again by itself shows what is new and moves neither focus nor scroll', async ({ context }) => {
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

test('the file has the rows, columns, zone and mark that its dialog was told', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `${leads}?status=converted`);
  const total = Number(await page.locator('[data-total]').getAttribute('data-total'));
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export as CSV' });
  await expect(dialog.getByText(`${total} rows match the filters`)).toBeVisible();
  await dialog.getByLabel('Time zone of its times').selectOption('Asia/Tokyo');
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
  expect(complaints.found).toEqual([]);
});

test('a cell becomes a filter', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, leads);
  await page.locator('tbody td').filter({ hasText: 'web' }).first().getByRole('link').click();
  await expect(page).toHaveURL(/source=web/);
  await settled(page);
  await expect(page.getByRole('button', { name: 'Remove the filter Source' })).toBeVisible();
});
