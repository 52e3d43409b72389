import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import type pg from 'pg';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { programArgs } from '#deploy/steps/build-programs';
import { openAdmin } from '../../support/admin.ts';
import { makeOrg } from '../../support/events.ts';
import { chooseReplay, rejectedLeads } from '../../support/replays.ts';
import { keyEncryptionKeys, portal } from '../browser/staff.ts';
import { underTest } from '../browser/under-test.ts';
import { escape, openedSheet, signedIn, visit } from '../browser/visit.ts';

let db: pg.Pool;
let gateway: Service;
let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'federation-'));
  const url = underTest().fullDatabase;
  db = openAdmin(url, 2);
  const origin = `http://127.0.0.1:${await freePort()}`;
  gateway = await startService({
    address: origin,
    ready: async () => {
      const response = await fetch(`${origin}/readyz`);
      if (!response.ok) throw new Error(`${response.status}`);
    },
    program: {
      name: 'gateway',
      command: process.execPath,
      args: programArgs('gateway'),
      env: {
        EVENT_TASK_QUEUE: underTest().eventQueue,
        DATABASE_URL: url,
        KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
        TRUSTED_PROXIES: 'none',
        APP_ENV: 'test',
        GATEWAY_HOST: '127.0.0.1',
        GATEWAY_PORT: new URL(origin).port,
        PUBLIC_BASE_URL: origin,
        OPS_PORT: `${await freePort()}`,
      },
      logFile: join(folder, 'gateway.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 30_000,
    },
  });
});

test.afterAll(async () => {
  await Promise.all([gateway.stop(), db.end()]);
  await rm(folder, { recursive: true });
});

/** Runs what the dialog shows, as whoever pastes it into a shell. */
async function send(command: string): Promise<{ readonly code?: string; readonly ok?: boolean }> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('$GATEWAY_URL', gateway.address)]);
  return JSON.parse(stdout);
}

function secretDialog(page: Page) {
  const dialog = page.getByRole('dialog', { name: /secret of this key/ });
  return {
    dialog,
    secret: async () => (await dialog.locator('[data-secret]').textContent()) ?? '',
    command: async () => (await dialog.getByText(/^curl/).textContent()) ?? '',
    stored: () => dialog.getByRole('button', { name: 'I have stored it' }).click(),
  };
}

test('E11, E12, E13: a key is made, its first request is accepted; rotated, both secrets hold; revoked, neither does; no secret is told twice', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'provider');
  const answers: string[] = [];
  await page.route(/\/provider\/federation/, async (route) => {
    const response = await route.fetch();
    answers.push(await response.text());
    await route.fulfill({ response });
  });
  const org = `tenant-${Date.now()}`;
  await visit(page, '/provider/federation');
  await page.getByRole('button', { name: 'Create key' }).click();
  const form = page.getByRole('dialog', { name: 'Create a key' });
  await form.getByRole('button', { name: 'Create key' }).click();
  await expect(form.getByText(/An id: letters/)).toBeVisible();
  await expect(form.getByLabel('Organisation')).toBeFocused();
  await form.getByLabel('Organisation').fill(org);
  await form.getByLabel('Name').fill('first key');
  await form.getByRole('button', { name: 'Create key' }).click();
  const shown = secretDialog(page);
  await expect(shown.dialog).toBeVisible();
  await page.mouse.click(4, 4);
  await page.keyboard.press('Escape');
  await expect(shown.dialog).toBeVisible();
  const first = await shown.secret();
  expect(first).toMatch(/^fsk_[\w-]{43}$/);
  const command = await shown.command();
  expect(command).not.toContain(first);
  expect(await send(command)).toMatchObject({ ok: true });
  expect(await send(command)).toMatchObject({ code: 'nonce_replayed' });
  await shown.dialog.getByRole('button', { name: 'Sign again' }).click();
  await expect.poll(shown.command).not.toBe(command);
  const late = await shown.command();
  await shown.stored();
  await expect(shown.dialog).toBeHidden();
  await visit(page, `/provider/federation?org=${org}`);
  await page.getByRole('link', { name: 'first key' }).click();
  await expect(page.getByRole('dialog', { name: 'first key' })).toBeVisible();
  const [key] = (await db.query<{ id: string }>('select id from federation_key where org_id = $1', [org])).rows;

  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page
    .getByRole('dialog', { name: /^Rotate/ })
    .getByRole('button', { name: 'Rotate secret' })
    .click();
  await expect(shown.dialog).toBeVisible();
  const second = await shown.secret();
  expect(second).not.toBe(first);
  const renewed = await shown.command();
  expect(await send(late)).toMatchObject({ ok: true });
  expect(await send(renewed)).toMatchObject({ ok: true });
  await shown.dialog.getByRole('button', { name: 'Sign again' }).click();
  await expect.poll(shown.command).not.toBe(renewed);
  const afterwards = await shown.command();
  await shown.stored();

  await page.getByRole('button', { name: 'Revoke…', exact: true }).click();
  const revoke = page.getByRole('dialog', { name: /^Revoke/ });
  await revoke.getByLabel('Reason').fill('left on a train');
  await revoke.getByRole('button', { name: 'Revoke key' }).click();
  await expect(revoke).toBeVisible();
  await revoke.getByLabel(/Type/).fill(key?.id ?? '');
  await revoke.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByText('The key is revoked')).toBeVisible();
  await expect(page.getByText('Every gateway was told')).toBeVisible();
  expect(await send(afterwards)).toMatchObject({ code: 'key_disabled' });

  const { rows } = await db.query("select string_agg(detail::text, '') as told from audit_log where org_id = $1", [
    org,
  ]);
  await visit(page, `/provider/federation?org=${org}`);
  for (const secret of [first, second]) {
    // Once in the answer that made it.
    expect(answers.filter((text) => text.includes(secret))).toHaveLength(1);
    expect(rows[0]?.told).not.toContain(secret.slice(4));
    expect(await page.content()).not.toContain(secret);
  }
  expect(complaints.found).toEqual([]);
  // Pages that are fetched ahead may still be under way.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('E7: an event that was rejected is replayed after the rule was mended: one Activity, and a second time nothing', async ({
  context,
}) => {
  const { page, complaints } = await signedIn(context, 'developer');
  const [ref] = await rejectedLeads(db, 1, await makeOrg(db));
  if (!ref) throw new Error('nothing accepted');
  await visit(page, `/provider/federation/log?event=${ref.eventId}`);
  await page.getByRole('button', { name: /lead.created/ }).click();
  await page.getByRole('menuitem', { name: 'Replay' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay this event' });
  await dialog.getByLabel('Reason').fill('the rule is mended');
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await expect(page.getByText('Applied: the books changed')).toBeVisible();
  await expect(page.locator('tbody').getByText('Applied')).toBeVisible();
  await page.getByRole('button', { name: /lead.created/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Replay' })).toHaveAttribute('aria-disabled', 'true');
  const { rows } = await db.query(
    `select (select count(*)::int from activity where event_id = $1) as activities,
      (select count(*)::int from audit_log where event_id = $1 and action = 'event.redelivered') as redelivered`,
    [ref.eventId],
  );
  expect(rows).toEqual([{ activities: 1, redelivered: 1 }]);
  expect(complaints.found).toEqual([]);
});

test('A7: while a replay goes on, how far it is is said aloud meanwhile, every five seconds at most', async ({
  context,
}) => {
  const { page } = await signedIn(context, 'developer');
  const run = await chooseReplay(db, await rejectedLeads(db, 12, await makeOrg(db)), 'running');
  await page.clock.install();
  await visit(page, `/provider/federation/replay/run?run=${run}`);
  const said = page.getByRole('status').filter({ hasText: 'of 12' });
  await expect(said).toHaveText('0 of 12');
  await page.clock.pauseAt(Date.now() + 60_000);
  const heard = new Set<string | null>();
  // Twenty seconds, read every two.
  for (let done = 1; done <= 10; done += 1) {
    await db.query(
      `update replay_item set state = 'applied'
       where run_id = $1 and event_id = (select min(event_id) from replay_item where run_id = $1 and state = 'eligible')`,
      [run],
    );
    await page.clock.runFor(2_000);
    await expect(page.getByText(`${done} of 12`, { exact: true }).first()).toBeVisible();
    heard.add(await said.textContent());
  }
  await db.query('delete from replay_item where run_id = $1', [run]);
  await db.query('delete from replay_run where id = $1', [run]);
  heard.delete('0 of 12');
  expect(heard.size).toBeGreaterThanOrEqual(3);
  expect(heard.size).toBeLessThanOrEqual(4);
});

test('E9, E10: many events are replayed in five steps, and the page finds the run again', async ({ context }) => {
  test.setTimeout(120_000);
  const { page, complaints } = await signedIn(context, 'provider');
  const refs = await rejectedLeads(db, 4, await makeOrg(db));
  await visit(page, '/provider/federation/replay');
  await page.getByText('By event ids').click();
  await page.getByLabel('Event ids').fill(refs.map(({ eventId }) => eventId).join('\n'));
  await page.locator('details').getByRole('button', { name: 'Plan replay' }).click();
  await expect(page.getByText('4 can be replayed.')).toBeVisible();
  await expect(page.locator('[data-kpi=toReplay]')).toContainText('4');
  await expect(page.locator('tbody').getByText('Would apply')).toHaveCount(4);
  await page.locator('tbody a[data-row]').first().click();
  const sheet = await openedSheet(page);
  await expect(sheet.getByText(/^lead /)).toBeVisible();
  await escape(sheet);
  await page.getByRole('button', { name: 'Replay…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay 4 events' });
  await expect(dialog.getByText('4 would apply')).toBeVisible();
  await dialog.getByLabel('Reason').fill('the rule is mended');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const run = new URL(page.url()).searchParams.get('run') ?? '';
  await visit(page, '/provider/federation/replay');
  await page.locator(`tbody a[data-row$="${run}"]`).click();
  await expect(page.getByText('4 applied, 0 rejected again')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('[data-kpi=applied] a')).toHaveAttribute('data-value', '4');
  // Which replay it is, is no filter of its events.
  await visit(page, `/provider/federation/replay/run?run=${run}`);
  await expect(page.getByRole('button', { name: 'Clear all' })).toHaveCount(0);
  await visit(page, `/provider/federation/replay/run?run=${run}&state=rejected`);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page.locator('tbody a[data-row]')).toHaveCount(4);
  const file = await page.request.get(`${portal()}/provider/federation/replay/run/export?run=${run}`);
  expect((await file.text()).trim().split('\n')).toHaveLength(5);
  await visit(page, `/provider/federation/replay/runs?q=${run}`);
  await expect(page.getByRole('table').locator('tbody tr')).toHaveText(/Done.*440.*the rule is mended/);
  const runs = await page.request.get(`${portal()}/provider/federation/replay/runs/export?q=${run}`);
  expect(await runs.text()).toContain(`${run},done,`);
  const unknown = await page.request.get(
    `${portal()}/provider/federation/replay/run?run=00000000-0000-4000-8000-000000000000`,
  );
  expect(unknown.status()).toBe(404);
  expect(complaints.found).toEqual([]);
});
