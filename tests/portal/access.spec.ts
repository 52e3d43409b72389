import { expect, test } from '@playwright/test';
import { openAdmin } from '../support/admin.ts';
import { password, portal, postSignIn, sessionCookie, signIn } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';

const lists = [
  'audit',
  'leads',
  'subscriptions',
  'usage',
  'usage/unrated',
  'addons',
  'incidents',
  'incidents/resolved',
  'ai',
  'ai/alerts',
  'ai/alerts/export',
  'dev-aids',
  'dev-aids/jobs',
  'dev-aids/jobs/export',
  'dev-aids/contract',
  'dev-aids/themes',
];
const billing = ['', '/unbilled', '/dunning', '/credits', '/invoices', '/payments'].map(
  (tab) => `/provider/billing${tab}`,
);
const guarded = [
  ...billing,
  ...billing.map((path) => `${path}/export`),
  '/provider/billing/rows-export',
  '/provider/billing/invoices/pdf?invoice=acme:inv-1',
  '/provider',
  ...['', '/funnel', '/cohorts', '/mix'].map((tab) => `/provider/analytics${tab}`),
  '/provider/federation',
  '/provider/federation/export',
  '/provider/federation/log',
  '/provider/federation/log/export',
  '/provider/federation/replay',
  '/provider/federation/replay/runs',
  '/provider/federation/replay/runs/export',
  '/provider/federation/replay/run',
  '/provider/federation/replay/run/export',
  '/provider/nowhere',
  '/provider/settings',
  ...['security', 'appearance', 'staff', 'plans', 'flags', 'data'].map((tab) => `/provider/settings/${tab}`),
  ...['staff/export', 'staff/sessions-export', 'plans/prices-export', 'data/export'].map(
    (file) => `/provider/settings/${file}`,
  ),
  ...lists.map((name) => `/provider/${name}`),
];
const logPath = '/provider/federation/log';

function get(path: string, headers: Record<string, string> = {}) {
  return fetch(`${portal()}${path}`, { headers, redirect: 'manual' });
}

async function expectShut(path: string, headers: Record<string, string>) {
  const response = await get(path, headers);
  const text = await response.text();
  expect([303, 307, 401], `${path} ${JSON.stringify(headers)} answers ${response.status}`).toContain(response.status);
  expect(text).not.toContain('Acme Industries');
}

test.describe('control 53 54: without a session that holds nobody gets in', () => {
  for (const path of guarded) {
    test(`${path}: no cookie, a made-up one, and the ways round a proxy`, async () => {
      const madeUp = { cookie: `${sessionCookie}=${'A'.repeat(43)}` };
      for (const headers of [{}, madeUp]) {
        await expectShut(path, headers);
        await expectShut(path, { ...headers, 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' });
        await expectShut(path, { ...headers, rsc: '1', 'next-router-state-tree': '' });
      }
    });
  }

  test('control 46: a session that was revoked, that stood idle, that is over, or whose member is disabled', async () => {
    const db = openAdmin(underTest().fullDatabase, 1);
    const endings = [
      'update staff_session set revoked_at = now() where token_sha256 = sha256($1)',
      'update staff_session set idle_expires_at = created_at where token_sha256 = sha256($1)',
      'update staff_session set expires_at = created_at where token_sha256 = sha256($1)',
      'update staff_member m set disabled_at = now() from staff_session s where s.staff_id = m.id and s.token_sha256 = sha256($1)',
    ];
    for (const sql of endings) {
      const token = await signIn('developer');
      const headers = { cookie: `${sessionCookie}=${token}` };
      expect((await get(logPath, headers)).status).toBe(200);
      await db.query(sql, [Buffer.from(token)]);
      await expectShut(logPath, headers);
      await db.query('update staff_member set disabled_at = null');
    }
    await db.end();
  });
});

test('a role sees 403 where its pages end, and the page says who can grant it', async () => {
  const accountant = { cookie: `${sessionCookie}=${await signIn('accountant')}` };
  const response = await get(logPath, accountant);
  expect(response.status).toBe(403);
  expect(await response.text()).not.toContain('fk_live_acme');
  expect((await get('/provider', accountant)).status).toBe(200);
});

test.describe('sign-in', () => {
  test('control 44 48: the cookie is bound to this host, out of reach of scripts, and only its hash is stored', async () => {
    const response = await postSignIn(portal(), 'provider@example.org', password);
    const cookie = response.headers.get('set-cookie') ?? '';
    for (const part of ['__Host-provider_sid=', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
      expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
    const token = /=([^;]+)/.exec(cookie)?.[1] ?? '';
    const db = openAdmin(underTest().fullDatabase, 1);
    const raw = await db.query('select 1 from staff_session where token_sha256 = $1', [Buffer.from(token)]);
    const hashed = await db.query('select 1 from staff_session where token_sha256 = sha256($1)', [Buffer.from(token)]);
    await db.end();
    expect([raw.rowCount, hashed.rowCount]).toEqual([0, 1]);
  });

  test('control 42: a wrong password and an unknown account get the same answer', async () => {
    const [wrong, unknown] = await Promise.all([
      postSignIn(portal(), 'accountant@example.org', 'not the password'),
      postSignIn(portal(), 'nobody@example.org', 'not the password'),
    ]);
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.text()).toBe(await unknown.text());
    await signIn('accountant');
  });

  test('control 41: after five failures the account waits, also with the right password', async () => {
    for (let n = 0; n < 5; n++)
      expect((await postSignIn(portal(), 'guesser@example.org', `guess ${n}`)).status).toBe(401);
    const sixth = await postSignIn(portal(), 'guesser@example.org', password);
    expect(sixth.status).toBe(429);
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('control 61: a foreign origin, or none at all, is refused', async () => {
    const foreign = { origin: 'https://evil.example' };
    expect((await postSignIn(portal(), 'provider@example.org', password, foreign)).status).toBe(403);
    expect((await postSignIn(portal(), 'provider@example.org', password, {})).status).toBe(403);
    const cookie = `${sessionCookie}=${await signIn('provider')}`;
    const others = ['sign-in/second-step/submit', 'sign-in/passkey', 'sign-in/passkey/options', 'sign-out'];
    for (const path of others) {
      for (const headers of [{ cookie }, { cookie, ...foreign }]) {
        const { status } = await fetch(`${portal()}/${path}`, { method: 'POST', headers, redirect: 'manual' });
        expect(status, path).toBe(403);
      }
    }
    expect((await get('/provider', { cookie })).status).toBe(200);
  });

  test('control 47: signing out ends the session at the server, and each step is in the audit chain', async () => {
    const origin = portal();
    const cookie = `${sessionCookie}=${await signIn('provider')}`;
    expect(
      (await fetch(`${origin}/sign-out`, { method: 'POST', headers: { cookie, origin }, redirect: 'manual' })).status,
    ).toBe(303);
    await expectShut('/provider', { cookie });
    const db = openAdmin(underTest().fullDatabase, 1);
    const { rows } = await db.query(
      "select distinct action || ' ' || outcome as step from audit_log where org_id = '_provider' and action like 'staff.sign%' order by 1",
    );
    const broken = await db.query('select 1 from invariant_e7');
    await db.end();
    expect(rows.map(({ step }) => step)).toEqual(['staff.sign_in failed', 'staff.sign_in ok', 'staff.sign_out ok']);
    expect(broken.rowCount).toBe(0);
  });
});
