import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { portal, sessionCookie, signIn, type Role } from './staff.ts';

/** What the browser complained of: errors of the console and of the page, and violations of the content policy. */
export interface Complaints {
  readonly found: string[];
}

export async function signedIn(
  context: BrowserContext,
  role: Role,
  origin = portal(),
): Promise<{ page: Page; complaints: Complaints }> {
  await context.addCookies([
    {
      name: sessionCookie,
      value: await signIn(role, origin),
      // Browsers count loopback as secure; the protocol that sets cookies does not.
      url: origin.replace('http:', 'https:'),
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
    },
  ]);
  const page = await context.newPage();
  return { page, complaints: watch(page) };
}

export function watch(page: Page): Complaints {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  return { found };
}

/** Goes there and waits until the page answers clicks and keys. */
export async function visit(page: Page, path: string, origin = portal()): Promise<number> {
  const response = await page.goto(`${origin}${path}`);
  await settled(page);
  return response?.status() ?? 0;
}

/** Waits until all parts that stream in are there, and rows answer keys: before that a row may still stand outside of what is shown. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
  await expect(page).toHaveTitle(/./);
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  const rows = page.locator('a[data-row]');
  if ((await rows.count()) > 0) await expect(rows.and(page.locator('[tabindex="0"]'))).toBeVisible();
}

/** Closes a dialog or a menu by Esc, once it has the focus: before that the key may not be its own. */
export async function escape(layer: Locator): Promise<void> {
  await expect.poll(() => layer.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await layer.page().keyboard.press('Escape');
  await expect(layer).toHaveCount(0);
}

/** The panel of an open row, once it has the focus: until then keys and the page beside it are as they were. */
export async function openedSheet(page: Page): Promise<Locator> {
  const sheet = page.locator('dialog.sheet[open]');
  await expect(sheet.getByRole('heading', { level: 2 }).first()).toBeFocused();
  return sheet;
}
