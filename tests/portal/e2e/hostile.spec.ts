import { expect, test, type Page } from '@playwright/test';
import { openAdmin } from '../../support/admin.ts';
import { choose } from '../browser/row-menu.ts';
import { hostileOrgs, longWord } from '../seed/hostile.ts';
import { underTest } from '../browser/under-test.ts';
import { signedIn, visit } from '../browser/visit.ts';

const log = '/provider/federation/log';
const tabs = ['request', 'verification', 'response', 'attempts', 'effect'];
const secret = 'must-never-be-shown';

/** Words of a cell that run over its border, and a page that is wider than its window. */
async function spills(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const page = root.scrollWidth > root.clientWidth ? [`the page: ${root.scrollWidth} > ${root.clientWidth}`] : [];
    const cells = [...document.querySelectorAll('td')].filter(
      (cell) => cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).overflowX === 'visible',
    );
    return [...page, ...cells.map((cell) => `a cell: ${cell.textContent.slice(0, 60)}`)];
  });
}

// Right-to-left names are looked at beside these, at both widths.
for (const { id: org } of hostileOrgs.filter(({ id }) => id !== 'hostile-rtl')) {
  test(`every tab of every request of ${org.slice(0, 16)} is text that stays in its place at 390 px`, async ({
    context,
  }) => {
    const { page, complaints } = await signedIn(context, 'provider');
    await page.setViewportSize({ width: 390, height: 844 });
    await visit(page, `${log}?org=${org}`);
    expect(await spills(page), 'the list').toEqual([]);
    const ids = await page
      .locator('tbody a[data-row]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('data-row') ?? ''));
    expect(ids.length).toBeGreaterThanOrEqual(3);
    for (const id of ids) {
      for (const tab of tabs) {
        await visit(page, `${log}?org=${org}&row=${id}&tab=${tab}`);
        await expect(page.getByRole('dialog')).toBeVisible();
        expect(await spills(page), `${id} ${tab}`).toEqual([]);
        expect(await page.content(), `${id} ${tab}`).not.toContain(secret);
        expect(await page.evaluate(() => Reflect.get(window, '__xss') === undefined)).toBe(true);
        expect(await page.title()).not.toContain('owned');
        await expect(page.locator('img[src=x], svg[onload]')).toHaveCount(0);
      }
    }
    expect(complaints.found).toEqual([]);
  });
}

test('a dialog keeps one long word inside, in its title and where it is to be typed, at 390 px', async ({
  context,
}) => {
  const db = openAdmin(underTest().fullDatabase, 1);
  await db.query("insert into org (id, name) values ('one-word', $1)", [longWord]);
  await db.query(
    `insert into addon_purchase (org_id, id, sku, quantity, amount_minor, currency, status, created_at, version)
     values ('one-word', $1, $1, 1, 999999999999, 'EUR', 'purchased', '2026-11-20', 1)`,
    [longWord.slice(0, 128)],
  );
  await db.end();
  const { page } = await signedIn(context, 'provider');
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(page, '/provider/addons?org=one-word');
  expect(await spills(page), 'the list').toEqual([]);
  await choose(page, page.locator('.data-table tbody tr').first(), 'Refund…');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const over = await dialog
    .locator('*')
    .evaluateAll((all) =>
      all.filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.tagName),
    );
  expect(over).toEqual([]);
  expect(await spills(page), 'the dialog').toEqual([]);
});

test('on a narrow screen the pages fit, and the navigation opens', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/provider', log]) {
    await visit(page, path);
    expect(await spills(page), path).toEqual([]);
  }
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Dashboard' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dashboard');
  expect(complaints.found).toEqual([]);
});
