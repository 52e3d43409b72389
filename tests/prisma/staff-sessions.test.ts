import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providerChain } from '#domain/ids';
import type { StaffRole } from '#domain/staff-rights';
import { createPool, inTenants } from '#prisma/pool';
import { useBooks } from '../support/books.ts';
import { expectInvariants } from '../support/invariants.ts';
import { makeMember, makeSession } from '../support/members.ts';

const { url, admin } = await useBooks();
let portal: pg.Pool;
beforeAll(() => {
  portal = createPool({ url, role: 'portal', max: 2, applicationName: 'test' });
});
afterAll(() => portal.end());

const noSession = { code: '28000' };
const denied = { code: '42501' };

/** What the portal's login runs for itself, as whoever has taken it over would. */
function asPortal<R extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = [], chains = [providerChain]) {
  return inTenants(portal, chains, async (client) => (await client.query<R>(sql, [...values])).rows);
}

async function member(roles?: readonly StaffRole[]) {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  const id = await makeMember(admin, email, roles);
  return { id, email, session: await makeSession(admin, id) };
}

const entry = (more: object = {}) =>
  JSON.stringify([{ org_id: providerChain, action: 'view.kept', subject: 'list/x', ...more }]);
const append = (session: string, told = entry()) => asPortal('select append_as_staff($1, $2)', [session, told]);
const open = (staffId: string, level = 1, id = randomUUID()) =>
  asPortal<{ pending: boolean }>(
    `select open_staff_session($1, $2, $3, $4, now(), now(), '::1', '', null, '{}') as pending`,
    [id, staffId, randomBytes(32), level],
  );
const prove = (session: string, level: number, at = 'now()') =>
  asPortal<{ proven: boolean }>(`select prove_staff_session($1, $2, $3, ${at}, '{}') as proven`, [
    session,
    randomBytes(32),
    level,
  ]);

async function entriesOf(email: string) {
  const { rows } = await admin.query(
    'select actor_type, action, outcome from audit_log where actor = $1 order by seq',
    [email],
  );
  return rows;
}

async function sessionRow(id: string) {
  const { rows } = await admin.query(
    `select auth_level, revoked_at is not null as is_over, extract(epoch from expires_at - created_at)::int / 60 as minutes
     from staff_session where id = $1`,
    [id],
  );
  return rows[0];
}

describe('the portal cannot write past the functions', () => {
  test.each([
    ['an entry of anybody', `select append_audit('[]')`],
    ['a deed to an event of anybody', `select record_event_command('t', 'e', 'v', 'staff', 'x', 'r', 'w', null)`],
    ['a delivery again by anybody', `select redeliver_event('t', 'e', null, 'staff', 'x', 'r')`],
    [
      'a session',
      `insert into staff_session (id, staff_id, token_sha256, idle_expires_at, expires_at) select gen_random_uuid(), id, 'x', now(), now() from staff_member`,
    ],
    ['a longer session', `update staff_session set expires_at = 'infinity'`],
    ['a session that is back', 'update staff_session set revoked_at = null'],
    [
      'a member',
      `insert into staff_member (id, email, name, roles) values (gen_random_uuid(), 'x', 'x', '{provider}')`,
    ],
    ['another role', `update staff_member set roles = '{provider}'`],
    ['another password', `update staff_member set password_hash = 'x'`],
    ['a member who is back', 'update staff_member set disabled_at = null'],
    ['whose a session is', `select staff_of_session(gen_random_uuid())`],
    ['an entry of staff without a session', `select append_staff_entry('x', 'x', null, 'ok', '{}')`],
  ])('%s', async (_, sql) => {
    await expect(asPortal(sql)).rejects.toMatchObject(denied);
  });
});

test('an entry has the member of the session as its actor, whatever it says itself', async () => {
  const { email, session } = await member();
  await append(session, entry({ actor_type: 'system', actor: 'mallory@example.com' }));
  expect(await entriesOf(email)).toEqual([{ actor_type: 'staff', action: 'view.kept', outcome: 'ok' }]);
  expect(await entriesOf('mallory@example.com')).toEqual([]);
  await expectInvariants(admin);
});

test.each([
  ['that is nobody’s', 'select'],
  ['that is revoked', 'update staff_session set revoked_at = now() where id = $1'],
  [
    'of a disabled member',
    'update staff_member set disabled_at = now() where id = (select staff_id from staff_session where id = $1)',
  ],
  [
    'that waits for its second step',
    `update staff_member set totp_secret_enc = 'x' where id = (select staff_id from staff_session where id = $1)`,
  ],
])('a session %s does nothing in anybody’s name', async (_, change) => {
  const { id, email, session } = await member();
  const used = change === 'select' ? randomUUID() : session;
  if (change !== 'select') await admin.query(change, [session]);
  await expect(append(used)).rejects.toMatchObject(noSession);
  await expect(
    asPortal('select redeliver_event_as_staff($1, $2, $3, null, $4)', [used, 't', 'e', 'r']),
  ).rejects.toMatchObject(noSession);
  await expect(
    asPortal('select revoke_staff_sessions($1, $2, null, null, null, now())', [used, id]),
  ).rejects.toMatchObject(noSession);
  expect(await entriesOf(email)).toEqual([]);
});

test('a file that was begun is told of when its session has ended meanwhile, and nothing else is', async () => {
  const { email, session } = await member();
  await admin.query('update staff_session set revoked_at = now() where id = $1', [session]);
  await append(session, entry({ action: 'export.made' }));
  await expect(
    append(session, JSON.stringify([...JSON.parse(entry({ action: 'export.made' })), ...JSON.parse(entry())])),
  ).rejects.toMatchObject(noSession);
  expect(await entriesOf(email)).toMatchObject([{ action: 'export.made' }]);
});

test.each(['staff.sign_in', 'staff.step_up', 'staff.session_revoked', 'staff.added', 'staff.disabled'])(
  'what is written by what does it cannot be told beside it: %s',
  async (action) => {
    const { session } = await member();
    await expect(append(session, entry({ action }))).rejects.toMatchObject(denied);
  },
);

test('a session is opened with its entry, for twelve hours, and for ten minutes where a second factor is to come', async () => {
  const { id, email } = await member();
  const whole = randomUUID();
  expect(await open(id, 1, whole)).toEqual([{ pending: false }]);
  expect(await sessionRow(whole)).toEqual({ auth_level: 1, is_over: false, minutes: 720 });
  await expect(open(id, 2)).rejects.toMatchObject(noSession);
  await admin.query(`update staff_member set totp_secret_enc = 'x' where id = $1`, [id]);
  const waiting = randomUUID();
  expect(await open(id, 1, waiting)).toEqual([{ pending: true }]);
  expect(await sessionRow(waiting)).toMatchObject({ minutes: 10 });
  await admin.query('update staff_member set disabled_at = now() where id = $1', [id]);
  await expect(open(id)).rejects.toMatchObject(noSession);
  expect((await entriesOf(email)).map(({ action }) => action)).toEqual(['staff.sign_in', 'staff.first_step']);
});

test('a session that waits becomes whole by its second step alone, with its entry, and not once it has ended', async () => {
  const { id, email } = await member();
  await admin.query(`update staff_member set totp_secret_enc = 'x' where id = $1`, [id]);
  const waiting = randomUUID();
  await open(id, 1, waiting);
  expect(await prove(waiting, 1)).toEqual([{ proven: false }]);
  expect(await prove(waiting, 2, `now() + interval '11 minutes'`)).toEqual([{ proven: false }]);
  expect(await prove(waiting, 2)).toEqual([{ proven: true }]);
  expect(await sessionRow(waiting)).toEqual({ auth_level: 2, is_over: false, minutes: 720 });
  expect(await prove(waiting, 2)).toEqual([{ proven: true }]);
  expect(await asPortal('select has_ended from sign_out_staff($1, now())', [waiting])).toEqual([{ has_ended: true }]);
  expect(await prove(waiting, 2)).toEqual([{ proven: false }]);
  expect(await asPortal('select has_ended from sign_out_staff($1, now())', [waiting])).toEqual([{ has_ended: false }]);
  expect((await entriesOf(email)).map(({ action }) => action)).toEqual([
    'staff.first_step',
    'staff.second_step',
    'staff.step_up',
    'staff.sign_out',
  ]);
});

test('a proof does not make a session longer than it was to be', async () => {
  const { session } = await member();
  const before = await sessionRow(session);
  expect(await prove(session, 1)).toEqual([{ proven: true }]);
  expect(await sessionRow(session)).toEqual(before);
});

test('a request keeps a session alive that has not ended, and wakes none that has', async () => {
  const { session } = await member();
  const idleIn = async () => {
    const { rows } = await admin.query(
      'select round(extract(epoch from idle_expires_at - now()) / 60)::int as minutes from staff_session where id = $1',
      [session],
    );
    return rows[0].minutes;
  };
  const touch = (at: string) => asPortal(`select touch_staff_session($1, now() + interval '${at}')`, [session]);
  await touch('10 minutes');
  expect(await idleIn()).toBe(40);
  await touch('13 hours');
  expect(await idleIn()).toBe(40);
  await touch('-1 hour');
  expect(await idleIn()).toBe(40);
});

test('only a provider ends sessions of others; each that ends is an entry of whoever ended it', async () => {
  const provider = await member(['provider']);
  const other = await member(['accountant', 'developer']);
  const revoke = (by: string, whose: string) =>
    asPortal<{ n: number }>('select revoke_staff_sessions($1, $2, null, null, $3, now()) as n', [by, whose, 'left']);
  await expect(revoke(other.session, provider.id)).rejects.toMatchObject(denied);
  expect(await revoke(provider.session, other.id)).toEqual([{ n: 1 }]);
  expect(await sessionRow(other.session)).toMatchObject({ is_over: true });
  expect(await entriesOf(provider.email)).toEqual([
    { actor_type: 'staff', action: 'staff.session_revoked', outcome: 'ok' },
  ]);
  expect(await revoke(provider.session, provider.id)).toEqual([{ n: 1 }]);
  await expectInvariants(admin);
});

test('a sign-in that failed is told of the member it was tried as, or of nobody', async () => {
  const { id, email } = await member();
  const before = (await entriesOf('unknown')).length;
  await asPortal(`select note_failed_sign_in($1, '{}')`, [id]);
  await asPortal(`select note_failed_sign_in(null, '{}')`);
  await asPortal(`select note_failed_sign_in($1, '{}')`, [randomUUID()]);
  expect(await entriesOf(email)).toEqual([{ actor_type: 'staff', action: 'staff.sign_in', outcome: 'failed' }]);
  expect(await entriesOf('unknown')).toHaveLength(before + 2);
});
