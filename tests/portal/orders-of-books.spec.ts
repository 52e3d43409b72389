import { expect, test, type Locator, type Page } from '@playwright/test';
import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { createPool } from '#prisma/pool';
import { createCustomers, dayMs, minuteOf, now, purchase, subscription } from '#tests/activities/commands/customer';
import { openAdmin } from '../support/admin.ts';
import { acceptUsage } from '../support/events.ts';
import { expectNoViolation } from './browser/axe.ts';
import { portal } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';
import { signedIn, visit } from './browser/visit.ts';

test.describe.configure({ mode: 'serial' });

let admin: pg.Pool;
let worker: pg.Pool;
let org: string;
const read = async (sql: string, values: readonly unknown[] = []) => {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [...values]);
  return rows;
};
const customers = createCustomers(() => ({ admin, worker, read }));

/** A customer whose subscription, usage and purchase are billed up to now. */
test.beforeAll(async () => {
  const url = underTest().fullDatabase;
  admin = openAdmin(url, 2);
  worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
  org = await customers.makeCustomer([subscription, purchase]);
  const at = new Date(now - 5 * dayMs);
  const row = (id: string, quantity: number) => ({
    meter: 'calls',
    quantity,
    id,
    windowStart: at.toISOString(),
    windowEnd: new Date(at.getTime() + 60_000).toISOString(),
  });
  const ref = await acceptUsage(admin, org, [row('a', 600), row('b', 900)], minuteOf(at.getTime()));
  await applyEvents(worker, [ref], 'w');
  await customers.rate(org);
});
test.afterAll(() => Promise.all([admin.end(), worker.end()]));

const lineCount = async () =>
  Number((await read('select count(*)::int as n from invoice_line where org_id = $1', [org]))[0]?.['n']);

async function choose(page: Page, item: string): Promise<Locator> {
  await page
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: item }).click();
  const dialog = page.getByRole('dialog').last();
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Confirms with a double click: one order all the same. */
async function confirm(page: Page, dialog: Locator, button: string, says: string | RegExp) {
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill('a test of the portal');
  await expect(dialog.getByRole('button', { name: button, exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  await expectNoViolation(page, button);
  await dialog.getByRole('button', { name: button, exact: true }).dblclick();
  await expect(page.getByText(says).last()).toBeVisible();
  await expect(page.getByRole('button', { name: button, exact: true })).toHaveCount(0);
}

test('a plan is changed as it was shown, and ended and kept when it renews', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/subscriptions?org=${org}`);
  const before = await lineCount();
  const change = await choose(page, 'Change plan…');
  await expect(change.getByText(/These are the terms/)).toBeVisible();
  await change.getByRole('textbox', { name: /^Price/ }).fill('nonsense');
  await expect(change.getByText('Not an amount of EUR.')).toBeVisible();
  await change.getByRole('textbox', { name: /^Price/ }).fill('200.00');
  await change.getByRole('combobox', { name: 'Plan' }).fill('team');
  const net = change.getByRole('row', { name: /^On the next invoice/ }).getByRole('cell');
  const shown = await net.textContent();
  await confirm(page, change, 'Change plan', /The plan of s is changed/);
  expect(await lineCount()).toBe(before + 2);
  const [told] = await read(
    `select (sum(amount_minor) / 100.0)::numeric(12, 2)::text as net from (select amount_minor from invoice_line where org_id = $1
      order by created_at desc, source_key desc limit 2) l`,
    [org],
  );
  expect(shown?.replace('−', '-').replaceAll(',', '')).toBe(`${String(told?.['net'])} EUR`);
  expect(
    await read("select plan, price_minor::int as price from subscription where org_id = $1 and id = 's'", [org]),
  ).toEqual([{ plan: 'team', price: 20_000 }]);
  await confirm(page, await choose(page, 'Cancel…'), 'Cancel subscription', /s is canceled/);
  await expect(page.getByText(/^ends .* as ordered$/)).toBeVisible();
  await confirm(page, await choose(page, 'Keep it after all…'), 'Reactivate', /s runs/);
  expect(await read('select state from subscription_schedule where org_id = $1', [org])).toEqual([
    { state: 'withdrawn' },
  ]);
  const late = await choose(page, 'Cancel…');
  await late.getByRole('textbox', { name: /^Reason/ }).fill('as it was seen');
  const cancel = late.getByRole('button', { name: 'Cancel subscription', exact: true });
  await expect(cancel).not.toHaveAttribute('aria-disabled', 'true');
  await read("update subscription set version = version + 1 where org_id = $1 and id = 's'", [org]);
  await cancel.click();
  await expect(page.getByText(/^Changed by .* ago$/).first()).toBeVisible();
  await metricsPhase(worker).apply([org], { slot: 'x', at: now, isForced: false });
  await visit(page, `/provider/subscriptions/changes?org=${org}`);
  await expect(page.getByRole('cell', { name: 'provider@example.org' }).first()).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('a window is rated again after its difference was shown, and its rows are excluded and taken in again', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/usage?org=${org}`);
  const file = await (await page.request.get(`${portal()}/provider/usage/export?org=${org}`)).text();
  const [heads, cells] = file.split('\n').map((line) => line.split(','));
  const told = ['meter', 'unit_price', 'price_of', 'tier'].map((name) => cells?.[heads?.indexOf(name) ?? -1]);
  expect(told).toEqual(['calls', '0.05', 'units', '2']);
  await expect(page.getByRole('cell', { name: 'tier 2 0.05', exact: true })).toBeVisible();
  const same = await choose(page, 'Rate again…');
  await expect(same.getByText('Nothing changes: what is booked is what it comes to.')).toBeVisible();
  await same.getByRole('button', { name: 'Cancel' }).click();
  await read(`update plan_price set price = jsonb_set(price, '{freeUnits}', '"0"') where plan_id = 'plan-' || $1`, [
    org,
  ]);
  const before = await lineCount();
  const rerate = await choose(page, 'Rate again…');
  await expect(rerate.getByText('125.00 EUR')).toBeVisible();
  expect(await lineCount()).toBe(before);
  await confirm(page, rerate, 'Book the difference', 'calls is rated again');
  expect(await lineCount()).toBe(before + 1);
  await page.locator('tbody a[data-row]').first().click();
  const panel = page.getByRole('dialog').first();
  await panel.getByRole('checkbox', { name: /^Usage of 900/ }).check();
  await panel.getByRole('button', { name: 'Exclude selected…' }).click();
  await confirm(page, page.getByRole('dialog').last(), 'Exclude', 'Usage of calls is excluded');
  await expect(panel.getByText('Excluded', { exact: true })).toBeVisible();
  expect(await read('select booked_minor::int as booked from rated_period where org_id = $1', [org])).toEqual([
    { booked: 6_000 },
  ]);
  await panel.getByRole('checkbox', { name: /^Usage of 900/ }).check();
  await panel.getByRole('button', { name: 'Take in again…' }).click();
  await confirm(page, page.getByRole('dialog').last(), 'Take in again', 'Usage of calls counts again');
  expect(await read('select booked_minor::int as booked from rated_period where org_id = $1', [org])).toEqual([
    { booked: 12_500 },
  ]);
  expect(complaints.found).toEqual([]);
});

test('many windows are rated again after a dry run of each, as they were shown or not at all', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/usage?org=${org}`);
  const ask = async () => {
    await page.getByRole('checkbox', { name: 'Select calls', exact: true }).check();
    await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Rate again' }).click();
    return page.getByRole('dialog', { name: 'Rate 1 period again' });
  };
  const free = (units: string) =>
    read(`update plan_price set price = jsonb_set(price, '{freeUnits}', $2::jsonb) where plan_id = 'plan-' || $1`, [
      org,
      JSON.stringify(units),
    ]);
  const same = await ask();
  await expect(same.getByText('0 of 1 period would change')).toBeVisible();
  await expect(same.getByText('Nothing changes: what is booked of these is what they come to.')).toBeVisible();
  await same.getByRole('button', { name: 'Cancel' }).click();
  const before = await lineCount();
  await free('500');
  const shown = await ask();
  await expect(shown.getByRole('row', { name: /^calls/ })).toContainText('100.00 EURwas 125.00 EUR−25.00 EUR');
  expect(await lineCount()).toBe(before);
  // What was shown is what is booked: by now it would be something else.
  await free('1000');
  await shown.getByRole('textbox', { name: /^Reason/ }).fill('a test of the portal');
  await expectNoViolation(page, 'Rate again');
  await shown.getByRole('button', { name: 'Rate again', exact: true }).click();
  const skipped = page.getByRole('dialog', { name: 'Rate again' });
  await expect(skipped.getByText('1 skipped')).toBeVisible();
  await skipped.getByRole('button', { name: 'Close' }).last().click();
  expect(await lineCount()).toBe(before);
  const again = await ask();
  await expect(again.getByText('1 of 1 period would change, by −75.00 EUR')).toBeVisible();
  await again.getByRole('textbox', { name: /^Reason/ }).fill('a test of the portal');
  await again.getByRole('button', { name: 'Rate again', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Rate again' }).getByText('125.00 EUR → 50.00 EUR')).toBeVisible();
  expect(await lineCount()).toBe(before + 1);
  expect(complaints.found).toEqual([]);
});

test('a purchase is refunded in part, and a bad amount is told before it is sent', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/addons?org=${org}`);
  const refund = await choose(page, 'Refund…');
  const amount = refund.getByRole('textbox', { name: 'Amount in EUR' });
  for (const [typed, says] of [
    ['', 'Say how much.'],
    ['0', 'Not an amount of EUR above 0.'],
    ['1.234', 'Not an amount of EUR above 0.'],
    ['-5', 'Not an amount of EUR above 0.'],
    ['50.01', 'Not above what is left, 50.00 EUR.'],
  ] as const) {
    await amount.fill(typed);
    await expect(refund.getByText(says).first()).toBeVisible();
    await expect(refund.getByRole('button', { name: 'Refund', exact: true })).toHaveAttribute('aria-disabled', 'true');
  }
  await amount.fill('12.50');
  await confirm(page, refund, 'Refund', '12.50 EUR of p is refunded');
  expect(
    await read('select refunded_minor::int as minor, status from addon_purchase where org_id = $1', [org]),
  ).toEqual([{ minor: 1_250, status: 'partly_refunded' }]);
  expect(complaints.found).toEqual([]);
});

test('what a role may not do stands in the menu, and says so', async ({ context }) => {
  const { page } = await signedIn(context, 'accountant');
  for (const [path, item] of [
    ['subscriptions', 'Change plan…'],
    ['subscriptions', 'Cancel…'],
    ['usage', 'Rate again…'],
    ['usage', 'Exclude usage…'],
  ] as const) {
    await visit(page, `/provider/${path}?org=${org}`);
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click();
    const entry = page.getByRole('menuitem', { name: item });
    await expect(entry).toHaveAttribute('aria-disabled', 'true');
    await expect(entry).toContainText('Your role does not include this.');
  }
});
