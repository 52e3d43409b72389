import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import type pg from 'pg';
import type { Service } from '#deploy/services/service';
import { applyEvents } from '#activities/apply-events';
import { createPool } from '#prisma/pool';
import { providerNav } from '#portal/provider-nav';
import { openProxy, type Proxy } from '#tests/gateway/harness/proxy';
import { openAdmin } from '../support/admin.ts';
import { acceptAll, makeOrg } from '../support/events.ts';
import { services } from '../support/services.ts';
import { choose, rowWith } from './browser/row-menu.ts';
import { password, postSignIn, sessionCookie, signIn, type Role } from './browser/staff.ts';
import { startPortal } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { settled, signedIn, visit } from './browser/visit.ts';

const pages = providerNav.flatMap(({ items }) => items.map(({ path }) => path));
/** What only the log may say. */
const raw = /ECONN|127\.0\.0\.1|Error:|timeout exceeded|node_modules|Prisma|select /;
let db: pg.Pool;
let folder: string;
let portal: Service;
let postgres: Proxy;
let redis: Proxy;
let temporal: Proxy;

/** A portal of its own, at the far end of wires that can be cut. */
test.beforeAll(async () => {
  const url = underTest().fullDatabase;
  db = openAdmin(url, 2);
  folder = await mkdtemp(join(tmpdir(), 'portal-away-'));
  postgres = await openProxy(url);
  redis = await openProxy(services().redisUrl);
  temporal = await openProxy(`http://${services().temporalAddress}`);
  portal = await startPortal({
    name: 'away',
    database: { url: postgres.url, drop: () => Promise.resolve() },
    folder,
    env: {
      REDIS_URL: redis.url,
      TEMPORAL_ADDRESS: new URL(temporal.url).host,
      BILLING_TASK_QUEUE: underTest().billingQueue,
    },
  });
});
test.afterEach(() => [postgres, redis, temporal].forEach((proxy) => proxy.pass()));
test.afterAll(async () => {
  await portal.stop();
  await Promise.all([postgres, redis, temporal].map((proxy) => proxy.close()));
  await db.end();
  await rm(folder, { recursive: true });
});

async function open(context: BrowserContext, role: Role, path: string) {
  const { page } = await signedIn(context, role, portal.address);
  await visit(page, path, portal.address);
  return page;
}

/** Says in words that it failed, and shows neither the reason nor a figure as if it were current. */
async function expectTold(page: Page, path: string) {
  const told = page.getByRole('heading', { name: 'This page could not be loaded.' });
  await expect(told, path).toBeVisible();
  await expect(page.getByRole('button', { name: 'Retry' }), path).toBeVisible();
  expect(await page.locator('body').innerText(), path).not.toMatch(raw);
  await expect(page.locator('[data-kpi], .data-table'), path).toHaveCount(0);
}

async function makeIncidents(names: readonly string[]) {
  const org = await makeOrg(db);
  const worker = createPool({
    url: underTest().fullDatabase,
    role: 'worker',
    max: 2,
    applicationName: 'test',
  });
  const told = names.map((name, at) => ({
    type: 'incident.opened' as const,
    at,
    data: { incidentId: name, title: `Outage ${name}`, severity: 'low' },
  }));
  await applyEvents(worker, await acceptAll(db, org, told), 'w');
  await worker.end();
  return org;
}

async function ordersOf(org: string) {
  const { rows } = await db.query<{ status: string }>('select status from staff_command where org_id = $1', [org]);
  return rows.map(({ status }) => status);
}

test('U1: without the database each page says so in words, and is there again when it is back', async ({ context }) => {
  test.slow();
  const page = await open(context, 'provider', '/provider');
  for (const path of pages) {
    postgres.refuse();
    const response = await page.goto(`${portal.address}${path}`);
    expect(response?.status(), path).toBe(500);
    await expectTold(page, path);
    postgres.pass();
  }
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Profile');
});

/** Every list, and what stands on the same frame. */
const lists = [
  ['/provider/leads', 4],
  ['/provider/ai', 4],
  ['/provider/ai/alerts', 4],
  ['/provider/subscriptions', 4],
  ['/provider/subscriptions/changes', 4],
  ['/provider/usage', 4],
  ['/provider/usage/unrated', 1],
  ['/provider/addons', 4],
  ['/provider/incidents', 4],
  ['/provider/incidents/resolved', 4],
  ['/provider/billing', 4],
  ['/provider/billing/unbilled', 4],
  ['/provider/billing/dunning', 4],
  ['/provider/billing/invoices', 4],
  ['/provider/billing/payments', 4],
  ['/provider/billing/credits', 4],
  ['/provider/audit', 4],
  ['/provider/federation', 4],
  ['/provider/federation/log', 4],
  ['/provider/federation/replay/runs', 4],
  ['/provider/dev-aids', 4],
  ['/provider/dev-aids/jobs', 4],
  ['/provider/analytics', 4],
  ['/provider/analytics/cohorts', 4],
  ['/provider/analytics/mix', 4],
] as const;

test('a list that gets no connection fails in its table and its figures alone, each with a reference, and Retry brings it', async ({
  context,
}) => {
  test.slow();
  const page = await open(context, 'provider', '/provider');
  postgres.refuseNamed('portal');
  for (const [path, figures] of lists) {
    const response = await page.goto(`${portal.address}${path}?row=acme:x&org=acme`);
    expect(response?.status(), path).toBe(200);
    await expect(page.locator('#main h1'), path).not.toHaveText('This page could not be loaded.');
    await expect(page.getByRole('search', { name: 'Filters' }), path).toBeVisible();
    const part = page.locator('#main section[role=alert]').first();
    await expect(part.getByText('This part could not be loaded.'), path).toBeVisible();
    await expect(part.locator('code'), path).toHaveText(/^\d+$/);
    await expect(part.getByRole('button', { name: 'Retry' }), path).toHaveCount(1);
    const cells = page.locator('div[role=alert]').filter({ hasText: 'Could not load' });
    expect(await cells.count(), path).toBeGreaterThanOrEqual(figures);
    await expect(cells.first().locator('code'), path).toHaveText(/^\d+$/);
    expect(await page.locator('body').innerText(), path).not.toMatch(raw);
    await expect(page.locator('[data-kpi], .data-table, [data-total]'), path).toHaveCount(0);
  }
  await visit(page, '/provider/leads?org=acme', portal.address);
  await expect(page.getByRole('search').getByText('acme')).toBeVisible();
  postgres.pass();
  await page.locator('section[role=alert]').getByRole('button', { name: 'Retry' }).first().click();
  await expect(page.locator('.data-table')).toBeVisible();
});

test('U1: a database that goes away under an open page leaves no figure standing as if it were current', async ({
  context,
}) => {
  const page = await open(context, 'provider', '/provider/billing/invoices');
  await page.clock.install();
  await page.reload();
  await settled(page);
  await page.getByRole('button', { name: /^Refresh: / }).click();
  await page.getByText('Every 10 seconds').click();
  await expect(page.getByRole('button', { name: 'Refresh: Every 10 seconds' })).toBeVisible();
  postgres.refuse();
  await page.clock.fastForward(10_000);
  await expectTold(page, 'read again by itself');
  postgres.pass();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.locator('[data-kpi]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Refresh: Every 10 seconds' }).click();
  await page.getByText('Off', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Refresh: Off' })).toBeVisible();
  // Silent instead of refusing: it is told within the time that a page waits for a statement.
  postgres.hold();
  await page
    .getByRole('navigation')
    .getByRole('link', { name: /^AI credits/ })
    .first()
    .click();
  await expectTold(page, 'another page');
});

test('without the database nobody is let in, no file is begun, nothing is written, and no reason is given away', async () => {
  const cookie = `${sessionCookie}=${await signIn('provider', portal.address)}`;
  const headers = { cookie, origin: portal.address };
  postgres.refuse();
  const answers = [
    await postSignIn(portal.address, 'provider@example.org', password),
    await fetch(`${portal.address}/provider/leads/export`, { headers }),
    await fetch(`${portal.address}/provider/billing/invoices/pdf?invoice=acme:x`, { headers }),
    await fetch(`${portal.address}/sign-out`, { method: 'POST', headers, redirect: 'manual' }),
    await fetch(`${portal.address}/api/health`),
  ];
  for (const answer of answers) {
    expect([500, 503], answer.url).toContain(answer.status);
    expect(answer.headers.get('set-cookie'), answer.url).toBeNull();
    expect(await answer.text(), answer.url).not.toMatch(raw);
  }
  postgres.pass();
  expect((await fetch(`${portal.address}/api/health`)).status).toBe(200);
  expect((await fetch(`${portal.address}/provider/settings`, { headers, redirect: 'manual' })).status).toBe(200);
});

test('without Temporal an order is stored and told so, and is done when it is back, once', async ({ context }) => {
  const org = await makeIncidents(['a', 'b']);
  const page = await open(context, 'developer', `/provider/incidents?org=${org}`);
  temporal.refuse();
  await choose(page, rowWith(page, 'Outage a'), 'Acknowledge');
  await expect(page.getByText('Stored, waiting for the engine')).toBeVisible();
  await expect(page.getByText('nothing needs to be repeated')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select Outage b' }).click();
  await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Acknowledge' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('on call');
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(dialog.getByText('1 waiting')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('tbody').getByText('Acknowledged')).toHaveCount(0);
  expect(await ordersOf(org)).toEqual(['pending', 'pending']);
  await visit(page, '/provider/dev-aids/jobs', portal.address);
  const startDunning = async () => {
    await page.getByRole('button', { name: 'Run now: dunning' }).click();
    await dialog.getByLabel('Reason').fill('orders wait');
    await dialog.getByRole('button', { name: 'Run now' }).click();
  };
  await startDunning();
  await expect(page.getByText('Temporal did not answer; nothing was started.')).toBeVisible();
  temporal.pass();
  // What waits is looked after once it has waited for half a minute.
  await db.query("update staff_command set created_at = created_at - interval '1 minute' where org_id = $1", [org]);
  await dialog.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByText(/^dunning \S+ was started\.$/)).toBeVisible();
  await expect.poll(() => ordersOf(org)).toEqual(['done', 'done']);
  await visit(page, `/provider/incidents?org=${org}`, portal.address);
  await expect(page.locator('tbody').getByText('Acknowledged')).toHaveCount(2);
  const { rows } = await db.query(
    "select count(*)::int as n from audit_log where org_id = $1 and action = 'incident.acknowledged'",
    [org],
  );
  expect(rows).toEqual([{ n: 2 }]);
});

test('an order that was stored before the database went away is told as waiting, not as if nothing had been done', async ({
  context,
}) => {
  const org = await makeIncidents(['c']);
  const page = await open(context, 'developer', `/provider/incidents?org=${org}`);
  temporal.hold();
  const answers: string[] = [];
  await page.route(/provider\/incidents/, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    answers.push(await response.text());
    return route.fulfill({ response });
  });
  await choose(page, rowWith(page, 'Outage c'), 'Acknowledge');
  await expect.poll(() => ordersOf(org)).toEqual(['pending']);
  postgres.refuse();
  await expect.poll(() => answers.join()).toContain('"outcome":"pending"');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('U1: without Redis a key that is revoked says when that holds everywhere, and without Temporal as well every page is there', async ({
  context,
}) => {
  test.slow();
  const org = await makeOrg(db);
  await db.query(
    "insert into federation_key (org_id, id, name, scopes) values ($1, 'fk_' || $1, 'away key', '{events}')",
    [org],
  );
  redis.refuse();
  const page = await open(context, 'provider', `/provider/federation?org=${org}`);
  await page.getByRole('link', { name: 'away key' }).click();
  await page.getByRole('button', { name: 'Revoke…', exact: true }).click();
  const revoke = page.getByRole('dialog', { name: /^Revoke/ });
  await revoke.getByLabel('Reason').fill('left on a train');
  await revoke.getByLabel(/Type/).fill(`fk_${org}`);
  await revoke.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('The gateways could not be told: it holds within 30 seconds.')).toBeVisible();
  temporal.refuse();
  for (const path of pages) {
    expect(await visit(page, path, portal.address), path).toBe(200);
    await expect(page.getByText('could not be loaded'), path).toHaveCount(0);
  }
});
