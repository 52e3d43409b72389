import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedStaff } from '#portal/auth/seed-staff';
import { openSession, readSession } from '#portal/auth/session';
import type { StaffSeed } from '#portal/server/environment';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import { expectInvariants } from '#tests/support/invariants';
import { staffSecretKeys } from '../browser/staff.ts';
import { cheapHash, openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 12);
const hash = cheapHash('a password of the tests');
const ada: StaffSeed[number] = { email: 'ada@example.com', name: 'Ada', roles: ['provider'], passwordHash: hash };
const bo: StaffSeed[number] = { email: 'Bo@Example.com', name: 'Bo', roles: ['developer'], passwordHash: hash };

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase();
});
afterAll(() => base.close());

async function members() {
  const { rows } = await base.all.query('select * from staff_member order by email');
  return rows;
}

async function actions() {
  const { rows } = await base.all.query("select action from audit_log where org_id = '_provider' order by seq");
  return rows.map(({ action }) => action);
}

describe('the staff of the environment', () => {
  test('O2: are seeded once: the same seed again changes no row and writes no entry', async () => {
    await seedStaff(base.portal, [ada, bo], now);
    const [rows, entries] = [await members(), await actions()];
    expect(rows.map(({ email, roles }) => [email, roles])).toEqual([
      ['ada@example.com', ['provider']],
      ['bo@example.com', ['developer']],
    ]);
    expect(entries).toEqual(['staff.added', 'staff.added']);
    await seedStaff(base.portal, [bo, ada], now + 1_000);
    expect(await members()).toEqual(rows);
    expect(await actions()).toEqual(entries);
  });

  test('that several portals seed at once are there once', async () => {
    const cy = { ...ada, email: 'cy@example.com' };
    await Promise.all(Array.from({ length: 5 }, () => seedStaff(base.portal, [ada, bo, cy], now)));
    expect((await members()).filter(({ email }) => email === 'cy@example.com')).toHaveLength(1);
    expect((await actions()).slice(2)).toEqual(['staff.added']);
  });

  test('get the roles they have now, keep their id and session', async () => {
    const [before] = await members();
    const token = await sessionOf(before.id);
    await seedStaff(base.portal, [{ ...ada, roles: ['accountant', 'developer'] }, bo], now);
    expect(await readSession(base.portal, token, now)).toMatchObject({
      id: before.id,
      roles: ['accountant', 'developer'],
    });
    expect((await actions()).slice(3)).toEqual(expect.arrayContaining(['staff.changed', 'staff.disabled']));
  });

  test('whose password is another are signed out everywhere: who knew the one before is out too', async () => {
    const [before] = await members();
    const token = await sessionOf(before.id);
    const seeded = { ...ada, roles: before.roles };
    await seedStaff(base.portal, [seeded, bo], now);
    expect(await readSession(base.portal, token, now)).toBeDefined();
    await seedStaff(base.portal, [{ ...seeded, passwordHash: cheapHash('another of the tests') }, bo], now);
    expect(await readSession(base.portal, token, now)).toBeUndefined();
    expect((await members())[0].disabled_at).toBeNull();
  });

  test('that are missing are disabled, all their sessions end, and they come back without the old ones', async () => {
    const id = (await members()).find(({ email }) => email === 'bo@example.com').id;
    const tokens = [await sessionOf(id), await sessionOf(id)];
    await seedStaff(base.portal, [ada], now);
    expect((await members()).find(({ email }) => email === 'bo@example.com').disabled_at).not.toBeNull();
    for (const token of tokens) expect(await readSession(base.portal, token, now)).toBeUndefined();
    await seedStaff(base.portal, [ada, bo], now);
    expect((await members()).find(({ email }) => email === 'bo@example.com')).toMatchObject({ id, disabled_at: null });
    for (const token of tokens) expect(await readSession(base.portal, token, now)).toBeUndefined();
  });

  test('that sign in through another source are left alone', async () => {
    await base.all.query(
      `insert into staff_member (id, email, name, roles, source, updated_at)
       values (gen_random_uuid(), 'sso@example.com', 'S', '{provider}', 'oidc', now())`,
    );
    await seedStaff(base.portal, [ada, bo], now);
    expect((await members()).find(({ email }) => email === 'sso@example.com').disabled_at).toBeNull();
  });

  test('are refused whole when one hash cannot be read', async () => {
    const before = await members();
    const broken = { ...bo, email: 'new@example.com', passwordHash: 'scrypt$1$2$3$x$y' };
    await expect(seedStaff(base.portal, [ada, bo, broken], now)).rejects.toThrow('new@example.com');
    expect(await members()).toEqual(before);
    await expectInvariants(base.all);
  });
});

describe('a portal', () => {
  test.each([
    [
      'a plain-text password',
      JSON.stringify([{ ...ada, passwordHash: undefined, password: 'a password of the tests' }]),
    ],
    ['no password at all', JSON.stringify([{ ...ada, passwordHash: undefined }])],
    ['what is no JSON', 'ada@example.com:secret'],
  ])('that is given %s does not boot, says why, and repeats no secret', async (_, staff) => {
    const { code, stdout } = await boot(staff);
    expect(code).toBe(1);
    expect(stdout).toContain('PROVIDER_STAFF');
    expect(stdout).not.toMatch(/a password of the tests|secret/);
  });
});

async function sessionOf(staffId: string) {
  const { token } = await inTenants(base.portal, [providerChain], (client) =>
    openSession(client, { staffId, address: '::1', userAgent: '', now, detail: {} }),
  );
  return token;
}

async function boot(staff: string) {
  const script = "import('./portal/server/boot.ts').then(({ boot }) => boot()).then(() => process.exit(0))";
  const env = {
    NODE_ENV: 'production' as const,
    PATH: process.env['PATH'],
    DATABASE_URL: base.url,
    APP_ORIGIN: 'https://portal.example',
    PROVIDER_STAFF: staff,
    STAFF_SECRET_KEYS: staffSecretKeys,
  };
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=react-server', '-e', script], {
    env,
  });
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { readonly code: number; readonly stdout: string }) => error,
  );
}
