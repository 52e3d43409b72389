import { expect, test, type Page } from '@playwright/test';
import { createPool } from '#prisma/pool';
import { leadMetrics } from '#portal/metrics/revenue';
import { providerNav } from '#portal/provider-nav';
import { rollUpMetrics } from '../support/roll-up.ts';
import { portal } from './browser/staff.ts';
import { now } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { signedIn, visit } from './browser/visit.ts';

const pages = [
  ...providerNav.flatMap(({ items }) => items.map(({ path }) => path)),
  '/provider/ai/alerts',
  '/provider/usage/unrated',
  '/provider/subscriptions/changes',
  '/provider/billing/invoices',
  '/provider/billing/dunning',
  '/provider/incidents/resolved',
  '/provider/federation/log',
  '/provider/dev-aids/jobs',
  '/provider/leads?org=acme&from=7d',
  '/provider/incidents?org=acme',
  '/provider/addons?from=90d',
];

test('K5, K7: each figure of each page equals the list that it links to, and an amount the sum of its rows, once the figures of days are up to date', async ({
  context,
}) => {
  test.slow();
  const url = underTest().fullDatabase;
  const worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
  await rollUpMetrics(worker, { slot: '2026-11-24T12:00', at: now, isForced: false });
  await worker.end();
  const { page } = await signedIn(context, 'provider');
  const told: { page: string; href: string; value: number | undefined; sum: string | null; sums: string | null }[] = [];
  for (const path of pages) {
    await visit(page, path);
    if (!path.startsWith('/provider/settings'))
      await expect.soft(page.locator('#main').getByText(/^Data through/), path).toHaveText(/^Data through .*UTC$/);
    const found = await page.locator('[data-kpi] a').evaluateAll((links) =>
      links.flatMap((link) => {
        const value = link.getAttribute('data-value') ?? undefined;
        const [sum, sums] = ['data-sum', 'data-sums'].map((name) => link.getAttribute(name));
        if (value === undefined && sums === null) return [];
        return [
          {
            href: link.getAttribute('href') ?? '',
            value: value === undefined ? value : Number(value),
            sum: sum ?? null,
            sums: sums ?? null,
          },
        ];
      }),
    );
    told.push(...found.map((one) => ({ page: path, ...one })));
  }
  expect(told.length).toBeGreaterThan(40);
  expect(told.filter(({ sums }) => sums).length).toBeGreaterThan(20);
  for (const { page: where, href, value, sum, sums } of told) {
    if (href.includes('/settings/')) {
      expect.soft(await rowsOf(page, href), `${where} links to ${href}`).toBe(value);
      continue;
    }
    const html = await (await page.request.get(`${portal()}${href}`)).text();
    if (value !== undefined) expect.soft(totalOf(html), `${where} links to ${href}`).toBe(value);
    if (sum === null) continue;
    const added = new RegExp(`data-sum-of="${sum}" data-sums="([^"]*)"`).exec(html)?.[1] ?? '';
    expect.soft(added, `the ${sum} of ${where} links to ${href}`).toBe(sums);
  }
});

test('K6: what a figure means is one click away from it, as it is written once', async ({ context }) => {
  const { page } = await signedIn(context, 'accountant');
  await visit(page, '/provider/leads');
  await expect(page.locator('[data-kpi]')).toHaveCount(Object.keys(leadMetrics).length);
  for (const { label, definition } of Object.values(leadMetrics)) {
    await page.getByRole('button', { name: `What “${label}” means` }).click();
    await expect(page.getByRole('dialog', { name: `What “${label}” means` })).toContainText(definition);
    await page.keyboard.press('Escape');
  }
});

function totalOf(html: string): number {
  return Number(/data-total="(\d+)"/.exec(html)?.[1] ?? 0);
}

/** Lists of settings that fit a page have no total below them. */
async function rowsOf(page: Page, href: string): Promise<number> {
  await visit(page, href);
  const part = href.includes('#') ? page.locator(`[id="${href.split('#')[1]}"]`) : page.locator('#main');
  const list = part.locator('.card').filter({ has: page.locator('table') });
  const total = list.first().locator('[data-total]');
  if ((await total.count()) > 0) return Number(await total.getAttribute('data-total'));
  return list.first().locator('tbody tr').count();
}
