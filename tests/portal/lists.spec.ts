import { expect, test } from '@playwright/test';
import { portal, sessionCookie, signIn } from './browser/staff.ts';
import { settled, signedIn, visit } from './browser/visit.ts';

/** Lists that the seed fills, and those that it leaves empty. */
const filled = [
  'federation',
  'audit',
  'leads',
  'subscriptions',
  'addons',
  'incidents',
  'incidents/resolved',
  'ai',
  'dev-aids',
];
const empty = ['usage', 'usage/unrated'];
const scriptsMax = 200_000;

for (const name of filled) {
  test(`${name}: figures, a sorted table, a panel, a file of all rows, nothing to complain of`, async ({ context }) => {
    const { page, complaints } = await signedIn(context, 'provider');
    const path = `/provider/${name}`;
    expect(await visit(page, `${path}?size=25`)).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    expect(await page.locator('[data-kpi] a').count()).toBeGreaterThanOrEqual(4);
    await expect(page.locator('th[aria-sort]')).toHaveCount(1);
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .reduce(
          (sum, entry) =>
            sum +
            (entry instanceof PerformanceResourceTiming && entry.name.includes('.js') ? entry.encodedBodySize : 0),
          0,
        ),
    );
    expect(scripts).toBeLessThan(scriptsMax);
    const total = Number(await page.locator('[data-total]').getAttribute('data-total'));
    const file = await page.request.get(`${portal()}${path}/export`);
    expect(file.headers()['content-type']).toContain('text/csv');
    const rows = recordsOf(await file.text()) - 1;
    // What staff do meanwhile, such as this export, adds to the audit.
    expect(rows).toBeGreaterThanOrEqual(total);
    expect(rows - total).toBeLessThanOrEqual(name === 'audit' ? 20 : 0);
    await page.locator('tbody a[data-row]').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.reload();
    await settled(page);
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(complaints.found).toEqual([]);
  });
}

test('a list without rows says what will fill it, and one without a match keeps its filters', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'accountant');
  for (const name of empty) {
    expect(await visit(page, `/provider/${name}`)).toBe(200);
    await expect(page.getByText(/No usage yet|All usage is rated/)).toBeVisible();
  }
  await visit(page, '/provider/leads?q=nothing-of-this-name&status=new');
  await expect(page.getByText('No lead matches these filters')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove the filter Status' })).toBeVisible();
  expect(complaints.found).toEqual([]);
});

test('pages and their files are shut to whoever may not see them', async () => {
  const developer = { cookie: `${sessionCookie}=${await signIn('developer')}` };
  const get = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${portal()}${path}`, { headers, redirect: 'manual' })).status;
  expect(await get('/provider/addons', developer)).toBe(403);
  expect(await get('/provider/addons/export', developer)).toBe(403);
  const madeUp = { cookie: `${sessionCookie}=${'A'.repeat(43)}` };
  for (const name of [...filled, ...empty]) {
    expect([303, 307, 401]).toContain(await get(`/provider/${name}/export`, {}));
    expect([303, 307, 401]).toContain(await get(`/provider/${name}/export`, madeUp));
  }
});

/** Records, not lines: a quoted cell may have lines of its own. */
function recordsOf(csv: string): number {
  return csv.replaceAll(/"[^"]*"/g, '').split('\n').length - 1;
}
