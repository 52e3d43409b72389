import { expect, type BrowserContext, type Page } from '@playwright/test';
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

/** Goes there and waits until the page answers clicks. */
export async function visit(page: Page, path: string, origin = portal()): Promise<number> {
  const response = await page.goto(`${origin}${path}`);
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
  return response?.status() ?? 0;
}
