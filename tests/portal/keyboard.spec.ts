import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { openAdmin } from '../support/admin.ts';
import { makeOrg } from '../support/events.ts';
import { choose } from './browser/row-menu.ts';
import { now } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { escape, openedSheet, settled, signedIn, visit } from './browser/visit.ts';

/** Every page with rows; what the seed leaves empty gets two of its own. */
const lists = [
  'leads',
  'subscriptions',
  'subscriptions/changes',
  'usage',
  'usage/unrated',
  'addons',
  'ai',
  'ai/alerts',
  'billing',
  'billing/unbilled',
  'billing/dunning',
  'billing/credits',
  'billing/invoices',
  'billing/payments',
  'incidents',
  'incidents/resolved',
  'federation',
  'federation/log',
  // Files that are made meanwhile have entries too.
  'audit?actorType=system',
  'dev-aids',
  'dev-aids/jobs',
];

test.beforeAll(async () => {
  const db = openAdmin(underTest().fullDatabase, 1);
  const org = await makeOrg(db);
  await db.query("insert into meter (id, name, aggregation) values ('keyed', 'Keyed', 'sum') on conflict do nothing");
  await db.query(
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, usage_rows)
     select $1, 'keyed', m, m + interval '1 month', 10, 900, 'EUR', now(), 1 from unnest(array['2026-10-01Z', '2026-11-01Z']::timestamptz[]) m`,
    [org],
  );
  await db.query(
    `insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
     select $1, 'keyed', m, m + interval '1 month', 'no_price', 1, 10, now() from unnest(array['2026-08-01Z', '2026-09-01Z']::timestamptz[]) m`,
    [org],
  );
  await db.query(
    `insert into ai_alert (org_id, month, level, fired_at) select $1, '2026-11-01', level, $2::timestamptz - level * interval '1 s' from unnest(array[75, 90]) level`,
    [org, new Date(now)],
  );
  await db.query(
    `insert into reconciliation_cell (org_id, month_at, cell, stream, currency, expected_minor, invoiced_minor, paid_minor, credited_minor, gap_minor, differing, differences)
     select $1, m, 'leads:EUR', 'leads', 'EUR', 100, 100, 0, 0, 0, 0, '[]' from unnest(array['2026-10-01Z', '2026-11-01Z']::timestamptz[]) m`,
    [org],
  );
  await db.query(
    `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor)
     select $1, 'keyed-' || n, 'EUR', 's', $2::timestamptz - n * interval '1 h', 'new', 900 from generate_series(1, 2) n`,
    [org, new Date(now)],
  );
  await db.query(
    `insert into credit_balance (org_id, granted, used, expired, remaining, overage, computed_at)
     select o, 10, 0, 0, 10, 0, now() from unnest($1::text[]) o`,
    [[org, await makeOrg(db)]],
  );
  await db.query(
    `insert into job_slot (job, slot, status, touched_at, started_at) select 'dunning', slot, 'done', now(), '2026-11-24T10:00:00Z'
     from unnest(array['2026-11-24T08', '2026-11-24T09']) slot on conflict do nothing`,
  );
  await db.end();
});

for (const list of lists) {
  test(`T12: ${list}: keys walk its rows, choose them for a file, open and close one, and open what stands over every page`, async ({
    context,
  }) => {
    const { page, complaints } = await signedIn(context, 'provider');
    await visit(page, `/provider/${list}${list.includes('?') ? '&' : '?'}size=25`);
    const table = page.locator('table:has(input[data-select])');
    const rows = table.locator('tbody a[data-row]');
    await rows.first().focus();
    await page.keyboard.press('j');
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press('k');
    await expect(rows.first()).toBeFocused();
    // One tab stop for all rows: that of the row that was moved to.
    await expect(rows.and(page.locator('[tabindex="0"]'))).toHaveCount(1);
    await page.keyboard.press('Space');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+Space');
    await expect(table.locator('tbody').getByRole('checkbox', { checked: true })).toHaveCount(2);
    expect(await chosenRows(page)).toBe(2);
    await rows.first().focus();
    await page.keyboard.press('Escape');
    await expect(table.getByRole('checkbox', { checked: true })).toHaveCount(0);
    await expect(rows.first()).toBeFocused();
    await page.keyboard.press('Enter');
    const sheet = await openedSheet(page);
    await page.keyboard.press('j');
    const second = await rows.nth(1).getAttribute('data-row');
    await expect.poll(() => new URL(page.url()).searchParams.get('row')).toBe(second);
    await escape(sheet);
    await expect(rows.nth(1)).toBeFocused();
    for (const [key, layer] of [
      ['Control+k', page.getByRole('dialog', { name: 'Search and commands' })],
      ['?', page.getByRole('dialog', { name: 'Keyboard shortcuts' })],
    ] as const) {
      await page.keyboard.press(key);
      await expect(layer).toBeVisible();
      await escape(layer);
      await expect(rows.nth(1)).toBeFocused();
    }
    expect(complaints.found).toEqual([]);
  });
}

/** How many rows the file has of those that are chosen. A quoted cell may have lines of its own. */
async function chosenRows(page: Page): Promise<number> {
  const saved = page.waitForEvent('download');
  await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Export' }).click();
  const text = await readFile(await (await saved).path(), 'utf8');
  return (
    text
      .replaceAll(/"[^"]*"/g, '')
      .trimEnd()
      .split('\n').length - 1
  );
}

test('events chosen in the webhook log are filled in where a replay begins, and all that match by their filter', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, '/provider/federation/log?result=applied&from=24h&size=25');
  const rows = page.locator('tbody a[data-row]');
  const ids = await rows.evaluateAll((links) => links.slice(0, 2).map((link) => link.getAttribute('data-row') ?? ''));
  await page.locator('tbody input[data-select]').nth(0).click();
  await page.locator('tbody input[data-select]').nth(1).click();
  const bar = page.getByRole('group', { name: 'Selected rows' });
  await bar.getByRole('link', { name: 'Replay…' }).click();
  await expect(page.getByRole('textbox', { name: 'Event ids' })).toHaveValue(
    ids.map((id) => id.slice(id.lastIndexOf('.') + 1)).join('\n'),
  );
  await page.goBack();
  await settled(page);
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await page.getByRole('button', { name: /^Select all \d+ matching$/ }).click();
  await bar.getByRole('link', { name: 'Replay…' }).click();
  await expect(page).toHaveURL(/replay\?.*result=applied/);
  await visit(page, '/provider/federation/log?result=refused');
  await page.locator('tbody input[data-select]').first().click();
  await expect(bar.getByRole('button', { name: 'Replay…' })).toHaveAttribute('aria-disabled', 'true');
  expect(complaints.found).toEqual([]);
});

test('T19, T34: the menu of a row that is only looked at opens it and copies its id', async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, '/provider/audit');
  const row = page.locator('.data-table tbody tr').first();
  // Seen without a pointer over it.
  await page.mouse.move(0, 0);
  const looks = await page
    .locator('.data-table tbody [data-menu]')
    .evaluateAll((all) => all.map((one) => [getComputedStyle(one).opacity, one.getBoundingClientRect().width]));
  expect(looks.length).toBeGreaterThan(1);
  expect(looks.filter(([opacity, width]) => opacity !== '1' || width !== 28)).toEqual([]);
  await choose(page, row, 'Copy id');
  await expect(page.getByText('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).not.toBe('');
  await expect(row).toContainText(copied);
  await choose(page, row, 'Open');
  await openedSheet(page);
  expect(complaints.found).toEqual([]);
});
