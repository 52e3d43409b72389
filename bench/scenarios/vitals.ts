import type { Browser, Page } from '@playwright/test';
import { z } from 'zod';
import { percentile } from '../figures.ts';
import { settled, startBrowser, withTab } from '../systems/browser.ts';
import { signIn, startPortal } from '../systems/portal.ts';
import type { BenchServices } from '../systems/services.ts';

const pages = [
  '/provider',
  '/provider/leads',
  '/provider/ai',
  '/provider/subscriptions',
  '/provider/usage',
  '/provider/addons',
  '/provider/incidents',
  '/provider/billing',
  '/provider/analytics',
  '/provider/audit',
  '/provider/federation/log',
  '/provider/dev-aids',
  '/provider/settings',
] as const;

/** What a browser tells of one visit: the largest paint and the longest answer to a key or a click, ms, and how much of the page moved. */
const Visit = z.object({ lcp: z.number(), inp: z.number(), interactions: z.number(), cls: z.number() });
type Visit = z.infer<typeof Visit>;

export interface VitalsFigures {
  readonly visits: number;
  readonly pages: readonly { readonly path: string; readonly visits: readonly Visit[] }[];
}

/** Real visits in Chromium, each with an empty cache: read, then go through rows, a panel, a filter, the order and the palette by keys and clicks. */
export async function visitPages(services: BenchServices, visits: number): Promise<VitalsFigures> {
  const portal = await startPortal(services);
  const browser = await startBrowser();
  try {
    const cookie = await signIn(portal.address);
    const told = [];
    for (const path of pages) {
      // The first shows the server the page; it is not counted.
      await visitOnce(browser, portal.address, path, cookie);
      const own: Visit[] = [];
      for (let n = 0; n < visits; n++) own.push(await visitOnce(browser, portal.address, path, cookie));
      told.push({ path, visits: own });
    }
    return { visits, pages: told };
  } finally {
    await browser.close();
    await portal.stop();
  }
}

// Handed to the page as text: it runs there, before anything of the page does. Movement after input is the answer to it, and no shift.
const observe = `window.vitals = { lcp: 0, cls: 0, answers: {} };
const watch = (type, each, more) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
watch('largest-contentful-paint', (entry) => { window.vitals.lcp = entry.startTime; });
watch('layout-shift', (entry) => { if (!entry.hadRecentInput) window.vitals.cls += entry.value; });
watch('event', ({ interactionId: id, duration }) => {
  if (id) window.vitals.answers[id] = Math.max(window.vitals.answers[id] ?? 0, duration);
}, { durationThreshold: 16 });`;

// Events are told after the frame that shows what they did.
const tell = `new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve({
  lcp: window.vitals.lcp, cls: window.vitals.cls, interactions: performance.interactionCount ?? 0, inp: Math.max(0, ...Object.values(window.vitals.answers)),
})), 100))`;

async function visitOnce(browser: Browser, origin: string, path: string, cookie: string): Promise<Visit> {
  return withTab(browser, origin, cookie, async (page) => {
    await page.addInitScript(observe);
    await page.goto(`${origin}${path}`);
    await settled(page);
    await use(page);
    return Visit.parse(await page.evaluate(tell));
  });
}

async function use(page: Page) {
  const row = page.locator('tbody a[data-row]').first();
  if ((await row.count()) > 0) {
    await row.focus();
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await page.locator('dialog.sheet[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog.sheet[open]').waitFor({ state: 'detached' });
  }
  const filter = page
    .locator('form[role=search] button[popovertarget]:visible, [role=search] button[popovertarget]:visible')
    .first();
  if ((await filter.count()) > 0) {
    await filter.click();
    await page.locator(':popover-open').first().waitFor();
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor();
  await page.keyboard.type('invo', { delay: 30 });
  await page.keyboard.press('Escape');
  const order = page.locator('thead th[aria-sort] a').first();
  if ((await order.count()) > 0) {
    await order.click();
    await settled(page);
  }
}

export function reportVitals(rows: number, { visits, pages: told }: VitalsFigures): string {
  const p75 = (values: readonly number[]) =>
    percentile(
      values.toSorted((a, b) => a - b),
      0.75,
    );
  const line = (name: string, own: readonly Visit[]) =>
    `| ${name} | ${p75(own.map(({ lcp }) => lcp)).toFixed(0)} | ${p75(own.map(({ inp }) => inp)).toFixed(0)} | ${p75(own.map(({ cls }) => cls)).toFixed(3)} |`;
  return `## What the browser shows: ${visits} visits of each page with an empty cache, of ${rows.toLocaleString('en-US')} rows

Chromium on the same machine as the servers; the answer is the longest of a visit's, to j, k, Enter, a filter, the palette and the order.

| page, p75 of its visits | largest paint, ms, goal: at most 1,200 | answer to keys and clicks, ms, goal: at most 100 | shift, goal: at most 0.02 |
|---|---|---|---|
${told.map(({ path, visits: own }) => line(path, own)).join('\n')}
${line(
  'all',
  told.flatMap(({ visits: own }) => own),
)}`;
}
