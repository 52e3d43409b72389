import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { openAdmin } from '../../support/admin.ts';
import { codeOfStep, stepOf } from '#portal/auth/totp';
import type { Service } from '#deploy/services/service';
import { now, startPortal } from '../browser/start-portal.ts';
import { password, postSignIn, sessionCookie } from '../browser/staff.ts';
import { escape, settled, visit, watch } from '../browser/visit.ts';

// A portal of its own, under a name: passkeys are bound to one, and here two factors are required.
let database: TestDatabase;
let portal: Service;
let folder: string;
let origin: string;

test.beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'portal-secured-'));
  portal = await startPortal({ name: 'secured', database, folder, host: 'localhost', env: { REQUIRE_MFA: 'true' } });
  origin = portal.address;
});
test.afterAll(async () => {
  await portal.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const security = '/provider/settings/security';

async function withDatabase<T>(work: (db: ReturnType<typeof openAdmin>) => Promise<T>): Promise<T> {
  const db = openAdmin(database.url, 1);
  return work(db).finally(() => db.end());
}

/** Every member as they were before. */
test.beforeEach(() =>
  withDatabase(async (db) => {
    await db.query('delete from staff_login_bucket');
    await db.query('delete from staff_passkey');
    await db.query('delete from staff_recovery_code');
    await db.query('update staff_member set totp_secret_enc = null, totp_last_step = null');
  }),
);

/** What was proven is older than ten minutes: the clock of the portal stands still. */
function makeStale() {
  return withDatabase((db) => db.query("update staff_session set reauth_at = reauth_at - interval '1 hour'"));
}

async function fillPassword(page: Page, role: string) {
  await visit(page, '/sign-in', origin);
  await page.getByLabel('E-mail').fill(`${role}@example.org`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Adds an app in the browser; returns how it codes and the recovery codes. */
async function enrol(page: Page) {
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add an authenticator app' });
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  const secret = fromBase32((await dialog.locator('code').innerText()).replaceAll(' ', ''));
  const codeAt = (off: number) => codeOfStep(secret, stepOf(now) + off);
  await dialog.getByRole('textbox', { name: 'Code' }).fill(codeAt(-1));
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const codes = page.getByRole('dialog', { name: 'Your recovery codes' });
  await expect(codes.locator('li code')).toHaveCount(10);
  const recovery = await codes.locator('li code').allInnerTexts();
  await codes.getByRole('button', { name: 'I have stored them' }).click();
  return { codeAt, recovery };
}

function fromBase32(text: string) {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

async function addVirtualAuthenticator(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('O1: a provider without a second factor reaches Security alone, adds an app, signs in with its code, and with a recovery code once', async ({
  page,
  context,
}) => {
  const complaints = watch(page);
  await fillPassword(page, 'provider');
  await expect(page).toHaveURL(`${origin}${security}`);
  await settled(page);
  await expect(page.getByText('Your role needs a second factor')).toBeVisible();
  const cookie = `${sessionCookie}=${(await context.cookies()).find(({ name }) => name === sessionCookie)?.value}`;
  for (const path of ['/provider', '/provider/leads', '/provider/settings', '/provider/settings/staff']) {
    const answer = await fetch(`${origin}${path}`, { headers: { cookie }, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')], path).toEqual([307, security]);
  }
  expect((await fetch(`${origin}/provider/leads/export`, { headers: { cookie } })).status).toBe(403);
  const { codeAt, recovery } = await enrol(page);
  await expect(page.getByRole('link', { name: 'Leads', exact: true }).first()).toBeVisible();
  expect((await fetch(`${origin}/provider`, { headers: { cookie }, redirect: 'manual' })).status).toBe(307);

  await context.clearCookies();
  await fillPassword(page, 'provider');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm it is you');
  const half = `${sessionCookie}=${(await context.cookies()).find(({ name }) => name === sessionCookie)?.value}`;
  const shut = await fetch(`${origin}/provider`, { headers: { cookie: half }, redirect: 'manual' });
  expect([shut.status, shut.headers.get('location')]).toEqual([307, '/sign-in/second-step']);
  await page.getByLabel('Code from your authenticator app').fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.locator('#sign-in-problem')).toContainText('not right');
  await page.getByLabel('Code from your authenticator app').fill(codeAt(0));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page).toHaveURL(`${origin}/provider`);
  await settled(page);

  for (const isFirst of [true, false]) {
    await context.clearCookies();
    await fillPassword(page, 'provider');
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(recovery[3] ?? '');
    await page.getByRole('button', { name: 'Confirm' }).click();
    if (isFirst) await expect(page).toHaveURL(`${origin}/provider`);
    else await expect(page.locator('#sign-in-problem')).toContainText('used already');
    if (isFirst) await settled(page);
  }
  // Refused codes are errors of the console too: the answer is 401.
  expect(complaints.found.filter((text) => !text.includes('401'))).toEqual([]);
});

test('a passkey is added, is a second step, and signs in alone', async ({ page, context }) => {
  await addVirtualAuthenticator(page);
  await fillPassword(page, 'developer');
  await expect(page).toHaveURL(`${origin}/provider`);
  await visit(page, security, origin);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'I have stored them' }).click();
  await expect(page.getByText('Laptop')).toBeVisible();

  await context.clearCookies();
  await fillPassword(page, 'developer');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(`${origin}/provider`);
  await settled(page);

  await context.clearCookies();
  await visit(page, `/sign-in?next=${encodeURIComponent(security)}`, origin);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(`${origin}${security}`);
  await settled(page);

  await makeStale();
  await page.getByRole('button', { name: 'Remove Laptop' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog', { name: 'Confirm it is you' }).getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('Laptop')).toHaveCount(0);
});

test('what asks for a fresh proof asks again after ten minutes, takes no wrong one, and then does what was asked', async ({
  page,
  context,
}) => {
  await fillPassword(page, 'developer');
  await expect(page).toHaveURL(`${origin}/provider`);
  await visit(page, security, origin);
  const token = async () => (await context.cookies()).find(({ name }) => name === sessionCookie)?.value;
  const before = await token();
  await makeStale();
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  const proof = page.getByRole('dialog', { name: 'Confirm it is you' });
  await expect(proof.getByLabel('Password')).toBeFocused();
  await proof.getByLabel('Password').fill('not the password');
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await expect(proof.getByText('That was not right.')).toBeVisible();
  await expect(proof.getByLabel('Password')).toBeFocused();
  await proof.getByLabel('Password').fill(password);
  await proof.getByRole('button', { name: 'Confirm' }).click();
  const adding = page.getByRole('dialog', { name: 'Add an authenticator app' });
  await expect(adding).toBeVisible();
  expect(await token()).not.toBe(before);
  await escape(adding);
  await makeStale();
  await page.getByRole('button', { name: 'Add an authenticator app' }).click();
  await escape(proof);
  await expect(page.getByText('Say first who you are: nothing was changed.').first()).toBeVisible();
  await expect(adding).toHaveCount(0);
});

test('U4: a session that another one ends is signed out at its next request', async ({ page, browser }) => {
  await fillPassword(page, 'developer');
  await expect(page).toHaveURL(`${origin}/provider`);
  const other = await (await browser.newContext()).newPage();
  await fillPassword(other, 'developer');
  await expect(other).toHaveURL(`${origin}/provider`);
  await visit(page, security, origin);
  await page.getByRole('button', { name: 'Sign out everywhere but here' }).click();
  await expect(page.getByText(/^Signed out/).first()).toBeVisible();
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await page.reload();
  await expect(page).toHaveURL(`${origin}${security}`);
  await other.context().close();
});

test('U4: when all sessions are lost everybody signs in again, where they were, and nothing else is lost', async ({
  page,
}) => {
  await fillPassword(page, 'developer');
  await expect(page).toHaveURL(`${origin}/provider`);
  await visit(page, security, origin);
  const kept = () =>
    withDatabase(
      async (db) => (await db.query("select to_jsonb(m) - 'updated_at' as m from staff_member m order by id")).rows,
    );
  const before = await kept();
  await withDatabase((db) => db.query('truncate staff_session cascade'));
  await page.reload();
  await expect(page).toHaveURL(`${origin}/sign-in?next=${encodeURIComponent(security)}`);
  expect(await kept()).toEqual(before);
  await page.getByLabel('E-mail').fill('developer@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL(`${origin}${security}`);
});

test('second step and passkey take no request of another page, none without a sign-in, and no made-up session', async () => {
  const foreign = { origin: 'https://evil.example', accept: 'application/json' };
  const ours = { origin, accept: 'application/json' };
  const body = new URLSearchParams({ kind: 'code', code: '000000' });
  for (const path of ['/sign-in/second-step/submit', '/sign-in/passkey', '/sign-in/passkey/options'])
    for (const headers of [foreign, { accept: 'application/json' }])
      expect((await fetch(`${origin}${path}`, { method: 'POST', headers, body })).status, path).toBe(403);
  const cookies = ['', `${sessionCookie}=${'A'.repeat(43)}`];
  for (const cookie of cookies) {
    const answer = await fetch(`${origin}/sign-in/second-step/submit`, {
      method: 'POST',
      headers: { ...ours, cookie },
      body,
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
  const whole = /=([^;]+)/.exec(
    (await postSignIn(origin, 'developer@example.org', password)).headers.get('set-cookie') ?? '',
  );
  const cookie = `${sessionCookie}=${whole?.[1]}`;
  const again = await fetch(`${origin}/sign-in/second-step/submit`, {
    method: 'POST',
    headers: { ...ours, cookie },
    body,
  });
  expect(again.status, 'a whole session has no second step').toBe(401);
});
