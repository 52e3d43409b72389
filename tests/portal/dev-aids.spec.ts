import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';
import { startPortal } from './browser/start-portal.ts';
import { underTest } from './browser/under-test.ts';
import { signedIn, visit } from './browser/visit.ts';

const url = underTest().fullDatabase;
let db: pg.Pool;

test.beforeAll(() => {
  db = openAdmin(url, 2);
});
test.afterAll(() => db.end());

const detail = (actual: string) =>
  JSON.stringify({ expected: 'refund\na part', actual, reason: 'took the whole amount', trace: 'tool: refund' });

/** A run of a suite of this file's own: three cases, and which of them pass. */
function run(runId: string, at: number, passing: readonly boolean[]): Told {
  const passed = passing.filter(Boolean).length;
  const cases = passing.map((isPassing, n) => ({
    name: `case ${n}`,
    passed: isPassing,
    detail: detail('refund\nall'),
  }));
  const meta = { branch: 'main', costMinor: 42, currency: 'EUR', durationMs: 81_000, latencyMs: 1_900 };
  const data = { runId, suite: 'refunds', commit: runId, model: 'small', passed, failed: 3 - passed, cases, meta };
  return { type: 'evaluation.completed', at, data };
}

test('an evaluation shows what broke since the run before, why, and the course of its suite', async ({ context }) => {
  const org = await makeOrg(db);
  const worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
  const at = Math.floor((Date.parse('2026-11-20T00:00:00Z') - Date.UTC(2026, 0, 1)) / 60_000);
  const told = [run('commit-1', at, [true, true, false]), run('commit-2', at + 60, [false, true, true])];
  await applyEvents(worker, await acceptAll(db, org, told), 'w');
  await worker.end();
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `/provider/dev-aids?org=${org}`);
  await expect(page.locator('[data-kpi=last]')).toContainText('66.7 %');
  await expect(page.locator('[data-kpi=failing] a')).toHaveAttribute('data-value', '1');
  const course = page.locator('figure').first();
  await expect(course.getByRole('img').first()).toHaveAccessibleName(/last 2 runs: 66.7 % at first, 66.7 % now/);
  await course.getByText('Show as table').click();
  await expect(course.getByRole('row')).toHaveCount(3);
  await page.locator('[data-kpi=failing] a').click();
  await expect(page.locator('tbody a[data-row]')).toHaveCount(1);
  await page.locator('tbody a[data-row]').click();
  const panel = page.getByRole('dialog', { name: 'commit-2' });
  const broken = panel.getByRole('listitem').filter({ hasText: 'case 0' });
  await expect(broken).toContainText('Passed before');
  await expect(broken).toContainText('took the whole amount');
  await expect(broken.getByRole('figure', { name: 'Expected − and actual +' })).toContainText('− a part');
  await expect(broken.getByRole('figure', { name: 'Expected − and actual +' })).toContainText('+ all');
  await broken.getByText('Trace').click();
  await expect(broken.getByText('tool: refund')).toBeVisible();
  await panel.getByText('2 passing cases').click();
  await expect(panel.getByRole('listitem').filter({ hasText: 'case 2' })).toContainText('Failed before');
  expect(complaints.found).toEqual([]);
});

test('a job is started with a reason, by whom it may be, and the run of its slot is looked into', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, '/provider/dev-aids/jobs');
  const standings = page.getByRole('region', { name: 'Jobs', exact: true });
  const file = decodeURIComponent(
    (await standings.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '',
  ).split('\r\n');
  expect(file[0]).toMatch(/,Job,Last run \(UTC\),Outcome,.*,"Lag, ms",Next \(UTC\)$/);
  expect(file.slice(1, -1).map((line) => line.split(',')[0])).toContain('invariants');
  await page.getByRole('button', { name: 'Run now: invariants' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run invariants for its newest slot?' });
  await dialog.getByRole('button', { name: 'Run now' }).click();
  await expect(dialog.getByText('Say why: it is kept in the audit log.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('to be sure');
  await dialog.getByRole('button', { name: 'Run now' }).dblclick();
  const started = page.getByText(/^invariants \S+ was started\.$/);
  await expect(started).toBeVisible();
  const slot = (await started.textContent())?.split(' ')[1] ?? '';
  await expect
    .poll(
      async () =>
        (await db.query('select status from job_slot where job = $1 and slot = $2', ['invariants', slot])).rows,
    )
    .toEqual([{ status: 'done' }]);
  await visit(page, `/provider/dev-aids/jobs?q=${slot}&job=invariants`);
  await page.locator('tbody a[data-row]').click();
  const panel = page.getByRole('dialog', { name: `invariants ${slot}` });
  await expect(panel.getByText('It failed for nobody.')).toBeVisible();
  const run = panel.getByRole('link', { name: `job:invariants:${slot}` });
  await expect(run).toHaveAttribute('href', new RegExp(`job%3Ainvariants%3A${slot}`));
  const { rows } = await db.query(
    `select detail ->> 'reason' as reason from audit_log
     where subject = $1 and action like 'job.%' and actor = 'developer@example.org' order by seq desc limit 1`,
    [`invariants/${slot}`],
  );
  expect(rows).toEqual([{ reason: 'to be sure' }]);
  expect(complaints.found).toEqual([]);
});

test('T20: who may only look starts no job', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider/dev-aids/jobs');
  const button = page.getByRole('button', { name: 'Run now: dunning' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAttribute('title', 'Your role may look at jobs, not start them.');
  await button.press('Enter');
  await expect(button).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the contract says whether the running gateway is what is committed, where it is not, and when nobody answers', async ({
  context,
}) => {
  const committed = await readFile('docs/openapi.json', 'utf8');
  let served = committed;
  // A gateway of another release.
  const gateway = createServer((_request, response) => response.end(served)).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const address = gateway.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'portal-contract-'));
  const database = { url, drop: () => Promise.resolve() };
  const env = { GATEWAY_URL: `http://127.0.0.1:${port}` };
  const portal = await startPortal({ name: 'contract', database, folder, env });
  try {
    const { page, complaints } = await signedIn(context, 'developer', portal.address);
    const look = () => visit(page, '/provider/dev-aids/contract', portal.address);
    await look();
    await expect(page.getByText('The running gateway is what is committed')).toBeVisible();
    served = committed.replace('"openapi":"3', '"openapi":"2').replace('"openapi": "3', '"openapi": "2');
    expect(served).not.toBe(committed);
    await look();
    await expect(
      page.getByRole('heading', { name: 'The running gateway differs from what is committed' }),
    ).toBeVisible();
    const difference = page.getByRole('figure', { name: 'Committed − and running +' });
    await expect(difference).toContainText('− "openapi": "3');
    await expect(difference).toContainText('+ "openapi": "2');
    await expect(difference).toContainText('equal lines');
    gateway.closeAllConnections();
    gateway.close();
    await look();
    await expect(page.getByText('The gateway could not be asked')).toBeVisible();
    expect(complaints.found).toEqual([]);
  } finally {
    gateway.close();
    await portal.stop();
    await rm(folder, { recursive: true });
  }
});

test('every pack of the gallery has all of its pairs above their floor, in its own colours', async ({ context }) => {
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, '/provider/dev-aids/themes');
  const packs = page.locator('#main section');
  await expect(packs).toHaveCount(5);
  await expect(page.getByText('52 of 52')).toHaveCount(5);
  await expect(packs.locator('li')).toHaveCount(260);
  const looks = await packs.evaluateAll((all) =>
    all.map((pack) => {
      const specimen = pack.querySelector('li [aria-hidden]');
      return specimen ? getComputedStyle(specimen).backgroundColor : '';
    }),
  );
  expect(new Set(looks).size).toBe(5);
  expect(complaints.found).toEqual([]);
});
