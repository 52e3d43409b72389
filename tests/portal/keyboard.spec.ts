import { expect, test } from '@playwright/test';
import { openAdmin } from '../support/admin.ts';
import { makeOrg } from '../support/events.ts';
import { openedSheet, signedIn, visit } from './browser/visit.ts';

/** Every page with rows; what the seed leaves empty gets two of its own. */
const lists = [
  'leads',
  'subscriptions',
  'usage',
  'addons',
  'ai',
  'billing/invoices',
  'billing/payments',
  'incidents',
  'incidents/resolved',
  'federation',
  'federation/log',
  'audit',
  'dev-aids',
];

test.beforeAll(async () => {
  const db = openAdmin(process.env['PORTAL_FULL_DATABASE'] ?? '', 1);
  await db.query("insert into meter (id, name, aggregation) values ('keyed', 'Keyed', 'sum') on conflict do nothing");
  await db.query(
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, usage_rows)
     select $1, 'keyed', m, m + interval '1 month', 10, 900, 'EUR', now(), 1 from unnest(array['2026-10-01Z', '2026-11-01Z']::timestamptz[]) m`,
    [await makeOrg(db)],
  );
  await db.end();
});

for (const list of lists) {
  test(`${list}: keys walk its rows, choose, open and close one, and open what stands over every page`, async ({
    context,
  }) => {
    const { page, complaints } = await signedIn(context, 'provider');
    await visit(page, `/provider/${list}?size=25`);
    const rows = page.locator('tbody a[data-row]');
    await rows.first().focus();
    await page.keyboard.press('j');
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press('k');
    await expect(rows.first()).toBeFocused();
    const box = page.locator('tbody').getByRole('checkbox').first();
    if ((await box.count()) > 0) {
      await page.keyboard.press('Space');
      await expect(box).toBeChecked();
      await page.keyboard.press('Escape');
      await expect(box).not.toBeChecked();
      await expect(rows.first()).toBeFocused();
    }
    await page.keyboard.press('Enter');
    const sheet = await openedSheet(page);
    await page.keyboard.press('j');
    const second = await rows.nth(1).getAttribute('data-row');
    await expect.poll(() => new URL(page.url()).searchParams.get('row')).toBe(second);
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
    await expect(rows.nth(1)).toBeFocused();
    for (const [key, layer] of [
      ['Control+k', page.getByRole('dialog', { name: 'Search and commands' })],
      ['?', page.getByRole('dialog', { name: 'Keyboard shortcuts' })],
    ] as const) {
      await page.keyboard.press(key);
      await expect(layer).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(layer).toHaveCount(0);
      await expect(rows.nth(1)).toBeFocused();
    }
    expect(complaints.found).toEqual([]);
  });
}
