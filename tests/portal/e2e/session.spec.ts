import { expect, test } from '@playwright/test';
import { openAdmin } from '#tests/support/admin';
import { choose } from '../browser/row-menu.ts';
import { password, portal, postSignIn, sessionCookie, signIn } from '../browser/staff.ts';
import { underTest } from '../browser/under-test.ts';
import { settled, signedIn, visit, watch } from '../browser/visit.ts';

const log = '/provider/federation/log';
const wrongWords = 'E-mail or password is not right.';

// Failures are counted by address: those of this file go to the portal that no other file fails at.
const origin = () => portal('empty');

test('the form says the same of a wrong password and of an unknown account, and lets nobody in', async ({ page }) => {
  for (const email of ['developer@example.org', 'nobody@example.org']) {
    await visit(page, '/sign-in', origin());
    await page.locator('input[name=email]').fill(email);
    await page.locator('input[name=password]').fill('not the password');
    await page.locator('button[type=submit]').click();
    await expect(page.locator('#sign-in-problem')).toHaveText(wrongWords);
    expect(await page.context().cookies()).toEqual([]);
  }
});

test('signing in by the form sets a guarded cookie, and the menu signs out', async ({ page, context }) => {
  const complaints = watch(page);
  await visit(page, `/sign-in?next=${encodeURIComponent(log)}`, origin());
  await page.locator('input[name=email]').fill('developer@example.org');
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await expect(page).toHaveURL(`${origin()}${log}`);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: sessionCookie, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' });
  expect(await page.evaluate(() => document.cookie)).not.toContain(sessionCookie);
  // Leaving before the answer is whole is an error of the console.
  await page.waitForLoadState('load');
  await settled(page);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  expect((await context.cookies()).filter(({ name }) => name === sessionCookie)).toEqual([]);
  const again = await fetch(`${origin()}${log}`, {
    headers: { cookie: `${sessionCookie}=${cookie?.value}` },
    redirect: 'manual',
  });
  expect(again.status).toBe(307);
  expect(complaints.found).toEqual([]);
});

test('whose cookie is gone in the middle of a form is told so, and keeps what was typed', async ({ context }) => {
  const { page } = await signedIn(context, 'provider');
  await visit(page, '/provider/leads?status=new');
  await choose(page, page.locator('tbody tr').first(), 'Disqualify…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('typed before the session ended');
  await context.clearCookies();
  await dialog.getByRole('button', { name: 'Disqualify' }).click();
  await expect(page.getByText('You are signed out. Sign in and do it again.')).toBeVisible();
  await expect(dialog.getByLabel('Reason')).toHaveValue('typed before the session ended');
});

test('control 68: sign-in never leads to another origin', async () => {
  for (const next of ['//evil.example', 'https://evil.example/provider', '/provider\\@evil.example', '/sign-out']) {
    const response = await fetch(`${origin()}/sign-in/submit`, {
      method: 'POST',
      headers: { origin: origin() },
      body: new URLSearchParams({ email: 'developer@example.org', password, next }),
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')], next).toEqual([303, '/provider']);
  }
});

test('a role that may not see federation gets 403 from each of its routes, by whatever kind of request', async () => {
  const cookie = `${sessionCookie}=${await signIn('accountant')}`;
  for (const path of ['/provider/federation', log, `${log}?row=evt_any`]) {
    for (const headers of [{ cookie }, { cookie, 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }]) {
      const response = await fetch(`${portal()}${path}`, { headers, redirect: 'manual' });
      expect(response.status, path).toBe(403);
      expect(await response.text(), path).not.toContain('Acme Industries');
    }
    const flight = await fetch(`${portal()}${path}`, { headers: { cookie, rsc: '1' }, redirect: 'manual' });
    expect(await flight.text(), `${path} as a flight`).not.toContain('Acme Industries');
  }
});

test('a member without the page sees why, with a heading, and nothing fails', async ({ context }) => {
  const { page } = await signedIn(context, 'accountant');
  expect(await visit(page, log)).toBe(403);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your access does not include Federation');
  await expect(page.locator('#main')).toContainText('provider or developer');
});

test('what is open to all tells nothing of tenants', async () => {
  for (const [path, status] of [
    ['/', 307],
    ['/sign-in', 200],
    ['/api/health', 200],
  ] as const) {
    const response = await fetch(`${portal()}${path}`, { redirect: 'manual' });
    expect(response.status, path).toBe(status);
    expect(await response.text(), path).not.toContain('Acme Industries');
  }
  expect((await fetch(`${portal()}/sign-out`, { redirect: 'manual' })).status).toBe(405);
});

test('V5: before a migration of its release the portal is not ready, and after it is', async () => {
  const db = openAdmin(underTest().fullDatabase, 1);
  for (const [finishedAt, status] of [
    ['null', 503],
    ['now()', 200],
  ] as const) {
    await db.query(
      `update _prisma_migrations set finished_at = ${finishedAt} where migration_name = '0050_listed_amounts'`,
    );
    expect((await fetch(`${portal()}/api/health`)).status).toBe(status);
  }
  await db.end();
});

test('an origin that only looks like ours is refused before the password is read', async () => {
  const { port } = new URL(origin());
  for (const foreign of ['null', `http://127.0.0.1.evil.example:${port}`, `https://127.0.0.1:${port}`])
    expect((await postSignIn(origin(), 'provider@example.org', password, { origin: foreign })).status, foreign).toBe(
      403,
    );
});

test('control 63: every script that the server sends carries the nonce of its own answer', async () => {
  const cookie = `${sessionCookie}=${await signIn('provider')}`;
  const seen: string[] = [];
  for (const path of ['/sign-in', '/provider', log, '/provider/nowhere']) {
    const response = await fetch(`${portal()}${path}`, { headers: { cookie } });
    const policy = response.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
    expect(policy.includes("script-src 'self' 'nonce-") && !/script-src[^;]*unsafe-inline/.test(policy), path).toBe(
      true,
    );
    expect(scripts.length, path).toBeGreaterThan(0);
    expect(
      scripts.filter((script) => !script.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([]);
    seen.push(nonce);
  }
  expect(new Set(seen).size).toBe(seen.length);
});
