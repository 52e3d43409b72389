import { expect, test, type Page } from '@playwright/test';
import { violations } from './browser/axe.ts';
import { openBooks } from './browser/invoices.ts';
import { choose, rowWith } from './browser/row-menu.ts';
import { signedIn, visit } from './browser/visit.ts';

const others = ['dune', 'graphite', 'midnight', 'contrast'] as const;
const { makeInvoice, close } = openBooks();
test.afterAll(close);

/** Changes the pack under a page as it stands, and lets it be painted. */
function wear(pack: string): Promise<void> {
  document.documentElement.setAttribute('data-theme', pack);
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** All rules once, those of colour in every pack, and what is left where the system chooses the colours itself. */
async function expectNone(page: Page, what: string) {
  expect(await violations(page), what).toEqual([]);
  for (const pack of others) {
    await page.evaluate(wear, pack);
    expect(await violations(page, ['color-contrast']), `${what} in ${pack}`).toEqual([]);
  }
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await violations(page, ['wcag2a', 'wcag21aa', 'wcag22aa']), `${what} in forced colours`).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
}

/** What has looks of its own. */
const parts = [
  'analytics',
  'analytics/funnel',
  'analytics/cohorts',
  'analytics/mix',
  'ai/acme',
  'federation/replay',
  'billing',
  'billing/dunning',
  'dev-aids',
  'dev-aids/jobs',
];
/** Lists like others, whose colours are tried there. */
const lists = [
  'ai/alerts',
  'incidents/resolved',
  'subscriptions/changes',
  'usage/unrated',
  'billing/unbilled',
  'billing/credits',
  'billing/invoices',
  'billing/payments',
  'dev-aids/contract',
  'dev-aids/themes',
];

test('no violation on any part of a section, in five packs and in forced colours', async ({ context }) => {
  test.setTimeout(180_000);
  const { page, complaints } = await signedIn(context, 'provider');
  for (const part of parts) {
    await visit(page, `/provider/${part}`);
    await expectNone(page, part);
  }
  for (const list of lists) {
    await visit(page, `/provider/${list}`);
    expect(await violations(page), list).toEqual([]);
  }
  expect(complaints.found).toEqual([]);
});

test('no violation in any dialog of incidents, invoices and keys, in five packs and in forced colours', async ({
  context,
}) => {
  test.setTimeout(180_000);
  const { number } = await makeInvoice(2_000_000);
  const { page, complaints } = await signedIn(context, 'provider');
  const look = async (what: string) => {
    await expect(page.getByRole('dialog').last()).toBeVisible();
    // With what it says where something is missing or wrong.
    await page.getByRole('dialog').last().locator('button[type=submit], .button-primary').last().press('Enter');
    await expectNone(page, what);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await visit(page, '/provider/incidents?state=open&size=25');
  for (const item of ['Assign…', 'Escalate…', 'Resolve…'] as const) {
    await choose(page, page.locator('.data-table tbody tr').first(), item);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNone(page, item);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await visit(page, `/provider/billing/invoices?q=${number}`);
  for (const item of ['Credit note…', 'Void…', 'Mark uncollectible…'] as const) {
    await choose(page, rowWith(page, number), item);
    await look(item);
  }
  await visit(page, '/provider/federation?state=active&size=25');
  await page.getByRole('button', { name: 'Create key' }).click();
  await look('Create key');
  for (const item of [/^Rotate/, /^Revoke/]) {
    await choose(page, page.locator('.data-table tbody tr').first(), item);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNone(page, String(item));
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  expect(complaints.found).toEqual([]);
});
