import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '#domain/instants';
import type { StaffRole } from '#portal/auth/access';
import { failuresPerAccountMax, failuresPerAddressMax, loginWindowMs } from '#portal/auth/login-limits';
import { seedStaff } from '#portal/auth/seed-staff';
import { absoluteMs, idleMs, readSession } from '#portal/auth/session';
import { signIn, signOut } from '#portal/auth/sign-in';
import { expectInvariants } from '#tests/support/invariants';
import { cheapHash, openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 12);
const password = 'a password of the tests';
const email = 'ada@example.com';
const address = '203.0.113.9';

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase();
});
afterAll(() => base.close());
beforeEach(async () => {
  await base.all.query('delete from staff_login_bucket');
  await base.all.query('delete from staff_session');
  await seedStaff(base.portal, [member(email, ['developer', 'accountant'])], now);
});

function member(of: string, roles: StaffRole[] = ['provider']) {
  return { email: of, name: 'Ada', roles, passwordHash: cheapHash(password) };
}

function attempt(told: { email?: string; password?: string; address?: string; now?: number } = {}) {
  return signIn(base.portal, { email, password, address, userAgent: 'test', now, ...told });
}

async function tokenOf(told: Parameters<typeof attempt>[0] = {}) {
  const outcome = await attempt(told);
  if (outcome.status !== 'signed_in') throw new Error(`not signed in: ${outcome.status}`);
  return outcome.token;
}

async function audit() {
  const { rows } = await base.all.query(
    "select action, outcome, actor, subject, detail from audit_log where org_id = '_provider' order by seq",
  );
  return rows;
}

describe('a session', () => {
  test('begins with the right password, whatever the case of the e-mail, and says who it is', async () => {
    const token = await tokenOf({ email: '  ADA@Example.com ' });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await readSession(base.portal, token, now)).toMatchObject({ email, roles: ['developer', 'accountant'] });
  });

  test('is in the database only as the SHA-256 of its token, and no two have one', async () => {
    const tokens = [await tokenOf(), await tokenOf()];
    expect(new Set(tokens).size).toBe(2);
    const { rows } = await base.all.query('select * from staff_session order by id');
    const hashes = tokens.map((token) => createHash('sha256').update(token).digest('hex'));
    expect(new Set(rows.map((row) => row.token_sha256.toString('hex')))).toEqual(new Set(hashes));
    const { rows: everything } = await base.all.query(
      `select (select json_agg(s) from staff_session s)::text || (select json_agg(m) from staff_member m)::text
         || (select json_agg(l) from audit_log l)::text || (select json_agg(b) from staff_login_bucket b)::text as text`,
    );
    for (const secret of [...tokens, password]) expect(JSON.stringify(everything)).not.toContain(secret);
  });

  test('is nobody for a token that was made up, cut or is the stored hash itself', async () => {
    const token = await tokenOf();
    const hash = createHash('sha256').update(token).digest();
    for (const made of ['', 'made-up', token.slice(0, -1), hash.toString('base64url'), hash.toString('hex'), '\0'])
      expect(await readSession(base.portal, made, now)).toBeUndefined();
  });

  test('ends after half an hour without a request, and each request gives it another', async () => {
    const token = await tokenOf();
    expect(await readSession(base.portal, token, now + idleMs - 1)).toBeDefined();
    expect(await readSession(base.portal, token, now + 2 * idleMs - 2)).toBeDefined();
    expect(await readSession(base.portal, token, now + 3 * idleMs)).toBeUndefined();
  });

  test('is kept no longer by what a page asks for by itself', async () => {
    const token = await tokenOf();
    for (const at of [10, 20, 29])
      expect(await readSession(base.portal, token, now + at * minuteMs, false, false)).toBeDefined();
    expect(await readSession(base.portal, token, now + idleMs)).toBeUndefined();
  });

  test('ends after twelve hours, however busy it was', async () => {
    const token = await tokenOf();
    for (let at = now; at < now + absoluteMs; at += 20 * minuteMs)
      expect(await readSession(base.portal, token, at)).toBeDefined();
    expect(await readSession(base.portal, token, now + 12 * hourMs - 1)).toBeDefined();
    expect(await readSession(base.portal, token, now + 12 * hourMs)).toBeUndefined();
    const { rows } = await base.all.query('select idle_expires_at <= expires_at as is_within from staff_session');
    expect(rows).toEqual([{ is_within: true }]);
    await base.all.query('update staff_session set expires_at = $1', [new Date(now)]);
    expect(await readSession(base.portal, token, now)).toBeUndefined();
  });

  test('is not written for every request', async () => {
    const token = await tokenOf();
    const seen = async () =>
      (await base.all.query('select last_seen_at as at from staff_session')).rows[0]?.at.getTime();
    await readSession(base.portal, token, now + 30 * secondMs);
    expect(await seen()).toBe(now);
    await readSession(base.portal, token, now + 90 * secondMs);
    expect(await seen()).toBe(now + 90 * secondMs);
  });

  test('ends at sign-out and leaves the others of the member alone', async () => {
    const [first, second] = [await tokenOf(), await tokenOf()];
    const staff = await readSession(base.portal, first, now);
    if (!staff) throw new Error('no session');
    await signOut(base.portal, staff, now);
    await signOut(base.portal, staff, now);
    expect(await readSession(base.portal, first, now)).toBeUndefined();
    expect(await readSession(base.portal, second, now)).toBeDefined();
    expect(
      (await audit()).filter(({ action, outcome }) => action === 'staff.sign_out' && outcome === 'ok'),
    ).toHaveLength(1);
  });

  test('has the roles that the member has now, and ends when the member is disabled', async () => {
    const token = await tokenOf();
    await base.all.query("update staff_member set roles = '{provider}' where email = $1", [email]);
    expect((await readSession(base.portal, token, now))?.roles).toEqual(['provider']);
    await base.all.query('update staff_member set disabled_at = now() where email = $1', [email]);
    expect(await readSession(base.portal, token, now)).toBeUndefined();
    expect(await attempt()).toEqual({ status: 'refused' });
  });
});

describe('guessing', () => {
  test('looks the same for a wrong password, an unknown account and a disabled one', async () => {
    await seedStaff(base.portal, [member(email), member('gone@example.com')], now);
    await seedStaff(base.portal, [member(email)], now);
    const refused = { status: 'refused' };
    expect(await attempt({ password: 'wrong' })).toEqual(refused);
    expect(await attempt({ email: 'nobody@example.com' })).toEqual(refused);
    expect(await attempt({ email: 'gone@example.com' })).toEqual(refused);
  });

  test('ends after five failures of an account from any address, even for the right password, until the window is over', async () => {
    for (let i = 0; i < failuresPerAccountMax; i++)
      expect(await attempt({ password: 'wrong', address: `198.51.${i}.1`, now: now + i })).toEqual({
        status: 'refused',
      });
    const limited = await attempt({ address: '192.0.2.1', now: now + minuteMs });
    expect(limited).toEqual({ status: 'limited', retryAfterMs: loginWindowMs - minuteMs });
    expect(await attempt({ address: '192.0.2.1', now: now + loginWindowMs - 1 })).toMatchObject({ status: 'limited' });
    expect(await attempt({ address: '192.0.2.1', now: now + loginWindowMs })).toMatchObject({ status: 'signed_in' });
  });

  test('in parallel wins not one guess more', async () => {
    const guesses = Array.from({ length: 15 }, (_, i) => attempt({ password: 'wrong', address: `198.51.${i}.1` }));
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter(({ status }) => status === 'refused')).toHaveLength(failuresPerAccountMax);
    expect(outcomes.filter(({ status }) => status === 'limited')).toHaveLength(15 - failuresPerAccountMax);
  });

  test('ends after twenty failures of a block of addresses, for every account, and for no other block', async () => {
    const members = Array.from({ length: failuresPerAddressMax + 1 }, (_, i) => member(`m${i}@example.com`));
    await seedStaff(base.portal, members, now);
    for (let i = 0; i < failuresPerAddressMax; i++)
      expect(await attempt({ email: `m${i}@example.com`, password: 'wrong', address: `203.0.113.${i}` })).toEqual({
        status: 'refused',
      });
    const last = `m${failuresPerAddressMax}@example.com`;
    expect(await attempt({ email: last, address: '203.0.113.250' })).toMatchObject({ status: 'limited' });
    for (let i = 0; i < failuresPerAccountMax; i++)
      expect(await attempt({ email: last, password: 'wrong' }), 'against nobody').toMatchObject({ status: 'limited' });
    expect(await attempt({ email: last, address: '203.0.114.250' })).toMatchObject({ status: 'signed_in' });
  });

  test('is forgiven by the right password: many right ones never limit anybody', async () => {
    for (let i = 0; i < failuresPerAccountMax - 1; i++) await attempt({ password: 'wrong' });
    for (let i = 0; i < failuresPerAddressMax + 5; i++) expect(await attempt()).toMatchObject({ status: 'signed_in' });
  });
});

describe('the audit log', () => {
  test('has each sign-in that failed or succeeded and each sign-out, in a chain that is whole, and no word of an unknown account', async () => {
    const before = (await audit()).length;
    await attempt({ password: 'wrong' });
    await attempt({ email: 'my-password-by-mistake@example.com' });
    const staff = await readSession(base.portal, await tokenOf(), now);
    if (!staff) throw new Error('no session');
    await signOut(base.portal, staff, now);
    const entries = (await audit()).slice(before);
    expect(entries).toEqual([
      { action: 'staff.sign_in', outcome: 'failed', actor: email, subject: `staff:${staff.id}`, detail: from },
      { action: 'staff.sign_in', outcome: 'failed', actor: 'unknown', subject: 'staff:unknown', detail: from },
      { action: 'staff.sign_in', outcome: 'ok', actor: email, subject: `staff:${staff.id}`, detail: from },
      { action: 'staff.sign_out', outcome: 'ok', actor: email, subject: `staff:${staff.id}`, detail: {} },
    ]);
    await expectInvariants(base.all);
  });

  test('stays whole when many sign in at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => attempt({ address: `198.51.${i}.1` })));
    await expectInvariants(base.all);
  });

  test('cannot be written or cleaned by the portal itself', async () => {
    await attempt();
    for (const sql of ["update audit_log set actor = 'me'", 'delete from audit_log', 'truncate audit_log'])
      await expect(base.portal.query(sql)).rejects.toThrow('permission denied');
  });
});

const from = { address: '203.0.113.0/24' };
