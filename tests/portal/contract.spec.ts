import { expect, test, type Page } from '@playwright/test';
import { can, staffRoles } from '#portal/auth/access';
import type { StaffRole } from '#portal/auth/access';
import { openAdmin } from '../support/admin.ts';
import { contracts, shownReplay, withParam, type Contract } from './browser/contracts.ts';
import { portal } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';
import { settled, signedIn, visit, type Complaints } from './browser/visit.ts';

const scriptsMin = 100_000;
const scriptsMax = 200_000;
const stylesMax = 15_000;
const fontsMax = 60_000;
const figuresMin = 4;

/** Long ago, so that the newest are those of other tests. */
test.beforeAll(async () => {
  const db = openAdmin(underTest().fullDatabase, 1);
  await db.query(
    `insert into replay_run (id, status, ordered_by, reason, created_at, confirmed_at, finished_at, touched_at)
     select $1, 'done', 'dana@example.com', 'the rule is corrected', t, t, t, t from (select '2026-01-05T09:00:00Z'::timestamptz as t) told
     on conflict do nothing`,
    [shownReplay],
  );
  await db.query(
    `insert into replay_item (run_id, org_id, event_id, type, state, received_at)
     select $1, org_id, id, type, 'applied', received_at from event order by received_at desc, id limit 60 on conflict do nothing`,
    [shownReplay],
  );
  await db.end();
});

for (const role of staffRoles) {
  for (const contract of contracts.filter((one) => role === 'provider' || !isPart(one))) {
    test(`A8, A9: ${contract.path} as ${role}`, async ({ context }) => {
      const { page, complaints } = await signedIn(context, role);
      const html = await expectLooks(page, role, contract);
      if (html !== undefined) await expectUse(page, contract, html);
      expectNone(complaints);
    });
  }
}

/** What they are used for is the same for whoever may read them. */
for (const role of ['accountant', 'developer'] as const) {
  test(`the parts of each section as ${role}`, async ({ context }) => {
    test.slow();
    const { page, complaints } = await signedIn(context, role);
    for (const contract of contracts.filter(isPart)) await expectLooks(page, role, contract);
    expectNone(complaints);
  });
}

function isPart({ path }: Contract) {
  return path.split('/').length > 3;
}

/** The document that the role may read; where it may not, it is told so. */
async function expectLooks(page: Page, role: StaffRole, contract: Contract): Promise<string | undefined> {
  const { path, table } = contract;
  const response = await page.goto(`${portal()}${table ? withParam(path, 'size=25') : path}`);
  const isOpen = mayRead(role, contract);
  expect(response?.status(), path).toBe(isOpen ? 200 : 403);
  const html = (await response?.text()) ?? '';
  expect(unsigned(html), path).toEqual([]);
  if (isOpen) {
    await settled(page);
    await expectShape(page, contract);
    return html;
  }
  await expect(page.getByRole('heading', { level: 1 })).toContainText('does not include');
  return undefined;
}

async function expectUse(page: Page, contract: Contract, html: string) {
  const fetched = await fetchedBy(page);
  // Of scripts those that the document names: which other pages were fetched ahead by now differs from run to run.
  const scripts = bytesOf(fetched.filter(({ path }) => path.endsWith('.js') && html.includes(path)));
  expect(scripts).toBeGreaterThan(scriptsMin);
  expect(scripts).toBeLessThanOrEqual(contract.scriptsMax ?? scriptsMax);
  expect(bytesOf(fetched.filter(({ path }) => path.endsWith('.css')))).toBeLessThanOrEqual(stylesMax);
  // Fonts that are asked for before the style sheet does.
  const fonts = fetched.filter(({ path, by }) => path.endsWith('.woff2') && by === 'link');
  expect(bytesOf(fonts)).toBeLessThanOrEqual(fontsMax);
  await openEachPopup(page);
  if (contract.table && !contract.isEmpty) {
    await expectPaging(page);
    await expectFile(page, contract);
  }
  if (!contract.nothing) return;
  await visit(page, withParam(contract.path, contract.nothing));
  await expect(page.locator('tbody a[data-row]')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Clear filters' })).toBeVisible();
}

/** A refusal is reported by the browser itself. */
function expectNone({ found }: Complaints) {
  expect(found.filter((one) => !one.includes('403'))).toEqual([]);
}

function mayRead(role: StaffRole, { page, roles = staffRoles }: Contract) {
  return can({ roles: [role] }, page) && roles.includes(role);
}

async function expectShape(page: Page, { path, lacks = [], isEmpty, table }: Contract) {
  await expect(page.getByRole('heading', { level: 1 }), path).toHaveCount(1);
  const figures = page.getByRole('region').locator('[data-kpi] a');
  if (!lacks.includes('figures')) expect(await figures.count(), path).toBeGreaterThanOrEqual(figuresMin);
  if (!lacks.includes('filters')) await expect(page.getByRole('search', { name: 'Filters' })).toBeVisible();
  expect(await page.locator('main thead th:not([scope=col])').count()).toBe(0);
  if (table && !isEmpty) await expect(page.locator('th[aria-sort]')).toHaveCount(1);
}

/** Scripts of an answer that do not carry its nonce. */
function unsigned(html: string): string[] {
  expect(html.match(/<script\b/g)?.length).toBeGreaterThan(0);
  return html.match(/<script\b(?![^>]*\bnonce=)[^>]*>/g) ?? [];
}

interface Fetched {
  readonly path: string;
  readonly by: string;
  readonly bytes: number;
}

function fetchedBy(page: Page): Promise<readonly Fetched[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .flatMap((entry) =>
        entry instanceof PerformanceResourceTiming
          ? [{ path: new URL(entry.name).pathname, by: entry.initiatorType, bytes: entry.encodedBodySize }]
          : [],
      ),
  );
}

function bytesOf(fetched: readonly Fetched[]): number {
  return fetched.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A popup that breaks the content policy, or fails, is complained of. The rows of a table have the same one. */
async function openEachPopup(page: Page) {
  const buttons = page.locator('button[popovertarget]:visible:not(tbody tr + tr button)');
  for (const button of (await buttons.all()).slice(0, 14)) {
    await button.click();
    await expect(page.locator(':popover-open')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(page.locator(':popover-open')).toHaveCount(0);
  }
}

async function expectPaging(page: Page) {
  const ids = () =>
    page.locator('tbody a[data-row]').evaluateAll((links) => links.map((link) => link.getAttribute('data-row')));
  const first = await ids();
  const next = page.getByRole('link', { name: 'Next' });
  if ((await next.count()) === 0) return;
  await next.click();
  await expect.poll(async () => (await ids())[0]).not.toBe(first[0]);
  expect((await ids()).filter((id) => first.includes(id))).toEqual([]);
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect.poll(ids).toEqual(first);
}

async function expectFile(page: Page, { export: path }: Contract) {
  if (!path) return;
  const total = Number(await page.locator('[data-total]').getAttribute('data-total'));
  const file = await page.request.get(`${portal()}${path}`);
  expect(file.headers()['content-type']).toContain('text/csv');
  // Records, not lines: a quoted cell may have lines of its own. The first is the header, the last line is empty.
  const rows = (await file.text()).replaceAll(/"[^"]*"/g, '').split('\n').length - 2;
  // What staff do meanwhile, such as this export, adds to the audit.
  expect(rows).toBeGreaterThanOrEqual(total);
  expect(rows - total).toBeLessThanOrEqual(path.includes('audit') ? 20 : 0);
}

/** A transaction that is idle for as long as pages take to be opened. */
const beginLong = 'begin; set local idle_in_transaction_session_timeout = 0';

for (const { path, table = '', isEmpty } of contracts.filter((one) => one.table && one.path.split('/').length === 3)) {
  test(`T31: ${path}: a frame while it is read, its place when that fails, and its rows on another try`, async ({
    context,
  }) => {
    const { page } = await signedIn(context, 'provider');
    const db = openAdmin(underTest().fullDatabase, 1);
    const holder = await db.connect();
    try {
      await holder.query(`${beginLong}; lock table ${table} in access exclusive mode`);
      await page.goto(`${portal()}${path}`, { waitUntil: 'commit' });
      await expect(page.locator('#main [aria-busy=true]').first()).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      // The wait for the lock ends with an error of the database, which is not shown.
      await expect(page.getByText('could not be loaded').first()).toBeVisible();
      await expect(page.getByText('canceling statement')).toHaveCount(0);
    } finally {
      await holder.query('rollback');
      holder.release();
      await db.end();
    }
    await retryAll(page, path);
    if (!isEmpty) await expect(page.locator('tbody a[data-row]').first()).toBeVisible();
  });
}

/** Until nothing is left that failed. A tab that lies behind others is not painted: nothing of it is ever at rest. */
async function retryAll(page: Page, path: string) {
  const failed = page.getByText('could not be loaded');
  const retry = page.getByRole('button', { name: 'Retry' }).first();
  await expect(async () => {
    if ((await failed.count()) > 0) await retry.dispatchEvent('click', {}, { timeout: 1_000 });
    await expect(failed, path).toHaveCount(0, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}

/** Few at once: each waits for the lock on connections that all share. */
const partsAtOnce = 5;
const failing = contracts.filter((one) => isPart(one) && (one.table ?? one.page === 'analytics'));

test('each part of a section says so where it cannot be read, and is there on another try', async ({ context }) => {
  test.slow();
  const { page } = await signedIn(context, 'provider');
  const tabs = [page, ...(await Promise.all(Array.from({ length: partsAtOnce - 1 }, () => context.newPage())))];
  const db = openAdmin(underTest().fullDatabase, 1);
  const rolled = ['metric_day', 'metric_day_total', 'metric_month_total', 'mrr_movement'];
  const tables = new Set([...failing.flatMap(({ table }) => table ?? []), ...rolled]);
  for (let first = 0; first < failing.length; first += partsAtOnce) {
    const shown = tabs.flatMap((tab, at) => {
      const part = failing[first + at];
      return part ? [{ tab, path: part.path }] : [];
    });
    const holder = await db.connect();
    try {
      await holder.query(`${beginLong}; lock table ${[...tables].join(', ')} in access exclusive mode`);
      await Promise.all(shown.map(({ path, tab }) => tab.goto(`${portal()}${path}`, { waitUntil: 'commit' })));
      for (const { path, tab } of shown) {
        await expect(tab.getByText('could not be loaded').first(), path).toBeVisible();
        await expect(tab.getByText('canceling statement'), path).toHaveCount(0);
      }
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    for (const { path, tab } of shown) await retryAll(tab, path);
  }
  await db.end();
});

test('T30: a portal without data says on each list what will fill it', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'provider', portal('empty'));
  for (const { path, table, isOfThing } of contracts) {
    if (!table || table === 'audit_log' || isOfThing) continue;
    await visit(page, path, portal('empty'));
    await expect(page.locator('tbody a[data-row]'), path).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Clear filters' }), path).toHaveCount(0);
    await expect(page.locator('#main .card').getByText(/\./).last(), path).toBeVisible();
  }
  expect(complaints.found).toEqual([]);
});
