import { expect, test } from '@playwright/test';
import { expectNoViolation } from './browser/axe.ts';
import { portal } from './browser/staff.ts';
import { openedSheet, settled, signedIn, visit } from './browser/visit.ts';

const log = '/provider/federation/log?size=25';
const settings = ['', '/security', '/appearance', '/staff', '/plans', '/flags', '/data'].map(
  (tab) => `/provider/settings${tab}`,
);

test('A12: no violation in five packs: dashboard, log, a refusal, settings, an open row, sign-in', async ({
  context,
}) => {
  test.setTimeout(300_000);
  const { page } = await signedIn(context, 'provider');
  for (const path of ['/provider', '/provider/nowhere', ...settings, log]) {
    await visit(page, path);
    await expectNoViolation(page, path);
  }
  await page.locator('tbody a[data-row]').first().click();
  await openedSheet(page);
  await expectNoViolation(page, 'an open row');
  await context.clearCookies({ name: '__Host-provider_sid' });
  await visit(page, '/sign-in');
  await expectNoViolation(page, 'sign-in');
});

test('A1, A2: a page is worn in the pack that was chosen, from the first byte on', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  for (const theme of ['paper', 'dune', 'graphite', 'midnight', 'contrast']) {
    await context.addCookies([{ name: 'theme', value: theme, url: portal() }]);
    const response = await page.request.get(`${portal()}/provider`);
    expect(await response.text()).toContain(`<html lang="en" data-theme="${theme}"`);
  }
});

/** Rows are all of one kind, so the packs that differ most stand for the others. */
test('A12: no violation in two packs: each list, and an open row of each', async ({ context }) => {
  test.setTimeout(300_000);
  const { page } = await signedIn(context, 'provider');
  const names = ['federation', 'federation/replay', 'audit', 'leads', 'subscriptions', 'usage', 'addons', 'incidents'];
  for (const name of [...names, 'ai']) {
    await visit(page, `/provider/${name}?size=25`);
    await expectNoViolation(page, name, ['contrast']);
    const row = page.locator('tbody a[data-row]').first();
    if ((await row.count()) === 0) continue;
    await row.click();
    await openedSheet(page);
    await settled(page);
    await expectNoViolation(page, `an open row of ${name}`, ['contrast']);
  }
});

test('A10: the keyboard reaches the content past the navigation', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveText(/Skip/);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});
