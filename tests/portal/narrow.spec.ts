import { expect, test, type Page } from '@playwright/test';
import { demoOrgs } from './seed/demo.ts';
import { openedSheet, signedIn, visit } from './browser/visit.ts';

const lists = ['', 'leads', 'billing/invoices', 'federation/log', 'settings/staff'];
const pages = lists.concat(
  ['analytics', 'subscriptions', 'usage', 'addons', 'ai', 'billing', 'billing/dunning', 'incidents', 'federation'],
  ['federation/replay', 'audit', 'dev-aids', 'dev-aids/jobs', 'settings', 'settings/security'],
);

/** What stands beyond the right edge of a page that does not scroll there, so that nobody can read it. */
function lostIn(): readonly string[] {
  const width = document.documentElement.clientWidth;
  // What is cut with an ellipsis says all of it by its title.
  const isReached = (element: Element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(at);
      if (/auto|scroll/.test(overflowX) || textOverflow === 'ellipsis') return true;
    }
    return false;
  };
  return [...document.querySelectorAll('main *, header *, dialog[open] *, [role=dialog] *')]
    .filter((element) => {
      const { right, width: own } = element.getBoundingClientRect();
      const isShown = own > 1 && getComputedStyle(element).visibility === 'visible';
      return (
        isShown && right > width + 1 && !element.closest('svg, .sr-only, [aria-hidden=true]') && !isReached(element)
      );
    })
    .map((element) => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`);
}

/** Once what slides in has come to rest. */
async function expectWhole(page: Page, what: string) {
  await expect.poll(() => page.evaluate(lostIn), what).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), what).toBeLessThan(2);
}

const allLists = [
  'leads',
  'subscriptions',
  'subscriptions/changes',
  'usage',
  'addons',
  'ai',
  'ai/alerts',
  'billing/invoices',
].concat(['billing/dunning', 'billing/payments', 'incidents', 'incidents/resolved', 'dev-aids', 'dev-aids/jobs']);

/** States, instants and amounts that their column cuts, though most of them need no more room than they say. */
function cutIn(): readonly string[] {
  return [...document.querySelectorAll('.data-table td')].flatMap((cell) => {
    const { right } = cell.getBoundingClientRect();
    const room = right - parseFloat(getComputedStyle(cell).paddingRight);
    return [...cell.querySelectorAll('time, .badge, .num')]
      .filter(
        (one) =>
          one.getBoundingClientRect().right > room + 1 ||
          [...one.children].some(
            (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline',
          ),
      )
      .map((one) => one.textContent ?? '');
  });
}

// At 1280 px a list of the whole width scrolls, and its columns are no wider than they say.
test('at 1440 and at 1280 px no list cuts a state, an instant or what a change was of', async ({ context }) => {
  test.setTimeout(90_000);
  const { page } = await signedIn(context, 'provider');
  for (const path of allLists) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await visit(page, `/provider/${path}?org=${demoOrgs.map(({ id }) => id).join(',')}`);
    expect.soft(await page.evaluate(cutIn), path).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect.soft(await page.evaluate(cutIn), `${path} at 1280`).toEqual([]);
  }
});

// 320 px is a window of 1,280 px at 400 %, and 720 px one of 1,440 px at 200 %.
for (const [width, looked] of [
  [320, pages],
  [720, lists],
] as const)
  test(`at ${width} px every page is whole, and so are an open row and the dialogs`, async ({ context }) => {
    test.setTimeout(90_000);
    const { page } = await signedIn(context, 'provider');
    await page.setViewportSize({ width, height: 640 });
    for (const path of looked) {
      await visit(page, `/provider/${path}`);
      await expectWhole(page, path);
    }
    await visit(page, '/provider/federation/log');
    await page.locator('.data-table a[data-row]').first().click();
    await openedSheet(page);
    await expectWhole(page, 'an open row');
    await visit(page, '/provider/federation');
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create a key' });
    await expect(dialog).toBeVisible();
    await expectWhole(page, 'a dialog');
    const send = dialog.getByRole('button', { name: 'Create key' });
    await send.scrollIntoViewIfNeeded();
    await expect(send).toBeInViewport({ ratio: 1 });
  });
