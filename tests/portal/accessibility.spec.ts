import { expect, test } from '@playwright/test';
import { violations } from './browser/axe.ts';
import { portal } from './browser/staff.ts';
import { openedSheet, settled, signedIn, visit } from './browser/visit.ts';

const themes = ['paper', 'dune', 'graphite', 'midnight', 'contrast'] as const;
for (const theme of themes) {
  test(`no violation in the pack ${theme}: sign-in, dashboard, log, an open row, a refusal, settings`, async ({
    context,
  }) => {
    await context.addCookies([{ name: 'theme', value: theme, url: portal() }]);
    const { page } = await signedIn(context, 'provider');
    const tabs = ['', '/security', '/appearance', '/staff', '/plans', '/flags', '/data'];
    const settings = tabs.map((tab) => `/provider/settings${tab}`);
    for (const path of ['/provider', '/provider/federation/log', '/provider/nowhere', ...settings]) {
      await visit(page, path);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      expect(await violations(page), path).toEqual([]);
    }
    await visit(page, '/provider/federation/log');
    await page.locator('tbody a[data-row]').first().click();
    await openedSheet(page);
    expect(await violations(page), 'an open row').toEqual([]);
    await context.clearCookies({ name: '__Host-provider_sid' });
    await page.goto(`${portal()}/sign-in`);
    expect(await violations(page), 'sign-in').toEqual([]);
  });
}

/** Rows are all of one kind, so the packs that differ most stand for the others. */
for (const theme of ['paper', 'contrast'] as const) {
  test(`no violation in the pack ${theme}: each list, and an open row of each`, async ({ context }) => {
    await context.addCookies([{ name: 'theme', value: theme, url: portal() }]);
    const { page } = await signedIn(context, 'provider');
    for (const name of [
      'federation',
      'federation/replay',
      'audit',
      'leads',
      'subscriptions',
      'usage',
      'addons',
      'incidents',
      'ai',
    ]) {
      await visit(page, `/provider/${name}?size=25`);
      expect(await violations(page), name).toEqual([]);
      const row = page.locator('tbody a[data-row]').first();
      if ((await row.count()) === 0) continue;
      await row.click();
      await openedSheet(page);
      await settled(page);
      expect(await violations(page), `an open row of ${name}`).toEqual([]);
    }
  });
}

test('the keyboard reaches the content past the navigation', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider');
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveText(/Skip/);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeVisible();
});
