import { chromium, type Browser, type Page } from '@playwright/test';
import { findChromium } from '#deploy/chromium';

/** The Chromium of the tests. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium((line) => console.error(line)),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

/** An empty tab of somebody who is signed in and has nothing in the cache, as long as it is used. */
export async function withTab<T>(
  browser: Browser,
  origin: string,
  cookie: string,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  try {
    const [name = '', ...value] = cookie.split('=');
    const url = origin.replace('http:', 'https:');
    await context.addCookies([{ name, value: value.join('='), url, secure: true, httpOnly: true, sameSite: 'Lax' }]);
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** All of the page is there, and answers. */
export async function settled(page: Page): Promise<void> {
  await page.locator('html[data-hydrated=true]').waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
}
