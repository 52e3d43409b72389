import { expect, test } from '@playwright/test';
import { settled, signedIn, visit } from './browser/visit.ts';

const leads = '/provider/leads';

test('T2, T3, T30, A7: chips of filters add, change and take away by keys alone; how many rows are left is said aloud, also when none are', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, leads);
  const found = page
    .locator('#main')
    .getByRole('status')
    .filter({ hasText: / leads?$/ });
  const total = async () => page.locator('[data-total]').getAttribute('data-total');
  const all = await total();
  await page.getByRole('button', { name: 'Status', exact: true }).press('Enter');
  await page.getByRole('checkbox', { name: 'New' }).press('Space');
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
  await expect(page).toHaveURL(/status=new$/);
  await settled(page);
  const some = await total();
  expect(Number(some)).toBeLessThan(Number(all));
  await expect(found).toHaveText(`${some} leads`);
  await page.getByRole('button', { name: 'Status is New', exact: true }).press('Enter');
  await page.getByRole('checkbox', { name: /^Converted/ }).press('Space');
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
  await expect(page).toHaveURL(/status=new(,|%2C)converted$/);
  await settled(page);
  expect(Number(await total())).toBeGreaterThan(Number(some));
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Status is New', exact: true })).toBeVisible();
  await visit(page, `${leads}?status=new&q=nothing-of-this-name`);
  await expect(found).toHaveText('0 leads');
  await page.getByRole('button', { name: 'Remove the filter Status' }).press('Enter');
  await expect(page).toHaveURL(/\?q=nothing-of-this-name$/);
  await page.getByRole('button', { name: 'Clear all' }).press('Enter');
  await expect(page).toHaveURL(new RegExp(`${leads}$`));
  await settled(page);
  expect(await total()).toBe(all);
  expect(complaints.found).toEqual([]);
});

test('T32: a list is read again by itself every 10 seconds, minute, 2 or 5 minutes, or not', async ({ context }) => {
  const { page } = await signedIn(context, 'developer');
  await visit(page, leads);
  await page.getByRole('button', { name: 'Refresh: Off' }).click();
  const choices = ['Off', 'Every 10 seconds', 'Every minute', 'Every 2 minutes', 'Every 5 minutes'];
  await expect(page.getByRole('group', { name: 'Refresh' }).locator('label')).toHaveText(choices);
});

test('S5: a range is a word with the days that it means, or a first and a last day in whichever order', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, leads);
  const date = page.getByRole('button', { name: /^Date/ });
  await date.click();
  const presets = page.getByRole('dialog', { name: 'Date' }).getByRole('listitem');
  await expect(presets).toHaveText([
    /^Last 24 hours/,
    'TodayNov 24',
    'YesterdayNov 23',
    'Last 7 daysNov 17 – Nov 23',
    'Last 30 daysOct 25 – Nov 23',
    'Last 90 daysAug 26 – Nov 23',
    'Month to dateNov 1 – Nov 24',
    'Last monthOct 1 – Oct 31',
    'Quarter to dateOct 1 – Nov 24',
    'Year to dateJan 1 – Nov 24',
  ]);
  await presets.getByRole('button', { name: 'Last 7 days' }).click();
  await expect(page).toHaveURL(/from=7d$/);
  await expect(page.getByRole('button', { name: 'Date Last 7 days' })).toBeVisible();
  await date.click();
  const form = page.getByRole('dialog', { name: 'Date' });
  await form.getByLabel('From').fill('2026-11-20');
  await form.getByLabel('To').fill('2026-11-18');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/from=2026-11-18&to=2026-11-20$/);
  expect(complaints.found).toEqual([]);
});
