import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Service } from '#deploy/services/service';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { startFakeIssuer, type FakeIssuer, type Person } from '../browser/fake-issuer.ts';
import { now, startPortal } from '../browser/start-portal.ts';
import { sessionCookie } from '../browser/staff.ts';
import { settled, visit, watch } from '../browser/visit.ts';

let issuer: FakeIssuer;
let database: TestDatabase;
let portal: Service;
let origin: string;
let folder: string;
let db: ReturnType<typeof openAdmin>;

const groupRoles = { 'back-office': ['provider'], books: ['accountant'] };

function oidcEnvironment(of: Pick<FakeIssuer, 'url' | 'clientId' | 'clientSecret'>) {
  return {
    OIDC_ISSUER: of.url,
    OIDC_CLIENT_ID: of.clientId,
    OIDC_CLIENT_SECRET: of.clientSecret,
    OIDC_GROUP_ROLES: JSON.stringify(groupRoles),
  };
}

test.beforeAll(async () => {
  [issuer, database] = await Promise.all([startFakeIssuer(), createDatabase()]);
  folder = await mkdtemp(join(tmpdir(), 'portal-oidc-'));
  portal = await startPortal({ name: 'oidc', database, folder, env: oidcEnvironment(issuer) });
  origin = portal.address;
  db = openAdmin(database.url, 1);
});
test.afterAll(async () => {
  await Promise.all([portal.stop(), issuer.close(), db.end()]);
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const ada: Person = { sub: 'ada', email: 'Ada@example.net', name: 'Ada L', groups: ['everybody', 'back-office'] };

interface Trip {
  /** The sealed cookie that the browser carries. */
  readonly cookie: string;
  /** Where the provider sends it back to. */
  readonly back: string;
}

async function leave(person: Person): Promise<Trip> {
  issuer.person = person;
  const begun = await fetch(`${origin}/sign-in/oidc?next=/provider/audit`, { redirect: 'manual' });
  const cookie = /__Host-provider_oidc=[^;]+/.exec(begun.headers.get('set-cookie') ?? '')?.[0] ?? '';
  const there = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  return { cookie, back: there.headers.get('location') ?? '' };
}

async function comeBack({ cookie, back }: Trip) {
  const answer = await fetch(back, { headers: { cookie }, redirect: 'manual' });
  const set = answer.headers.get('set-cookie') ?? '';
  const token = new RegExp(`${sessionCookie}=([^;]+)`).exec(set)?.[1];
  return { status: answer.status, location: answer.headers.get('location'), token, set };
}

const refused = { status: 303, location: '/sign-in?problem=oidc', token: undefined };

async function members() {
  const { rows } = await db.query(
    "select email, name, roles, disabled_at is null as is_active from staff_member where source = 'oidc' order by email",
  );
  return rows;
}

test.describe('single sign-on', () => {
  test('makes a member with the roles of their groups, brings them where they wanted, and signs them out at the provider', async ({
    page,
  }) => {
    issuer.person = ada;
    const complaints = watch(page);
    await visit(page, `/sign-in?next=${encodeURIComponent('/provider/audit')}`, origin);
    await page.getByRole('link', { name: 'Sign in with single sign-on' }).click();
    await expect(page).toHaveURL(`${origin}/provider/audit`);
    await settled(page);
    expect(await members()).toEqual([
      { email: 'ada@example.net', name: 'Ada L', roles: ['provider'], is_active: true },
    ]);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${origin}/sign-in`);
    expect(
      issuer.ended.map((token) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub),
    ).toEqual(['ada']);
    // A form that ends elsewhere is what the content policy forbids by itself.
    expect(complaints.found.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  });

  test('follows the groups at each sign-in; who has lost theirs is disabled and their sessions end', async () => {
    const first = await comeBack(await leave(ada));
    const session = { headers: { cookie: `${sessionCookie}=${first.token}` }, redirect: 'manual' as const };
    expect((await fetch(`${origin}/provider`, session)).status).toBe(200);
    expect(await comeBack(await leave({ ...ada, groups: ['books'] }))).toMatchObject({ location: '/provider/audit' });
    expect((await members())[0]).toMatchObject({ roles: ['accountant'] });
    expect(await comeBack(await leave({ ...ada, groups: ['everybody'] }))).toMatchObject(refused);
    expect((await members())[0]).toMatchObject({ is_active: false });
    expect((await fetch(`${origin}/provider`, session)).status).toBe(307);
    expect(await comeBack(await leave(ada))).toMatchObject({ location: '/provider/audit' });
    expect((await members())[0]).toMatchObject({ roles: ['provider'], is_active: true });
  });

  test('is as fresh a proof as the provider says: one of an hour ago does not do for what asks for a fresh one', async () => {
    const reauthAt = async (authTimeS?: number) => {
      const { token } = await comeBack(await leave({ ...ada, wrong: { auth_time: authTimeS } }));
      const { rows } = await db.query('select reauth_at as at from staff_session where token_sha256 = sha256($1)', [
        Buffer.from(token ?? ''),
      ]);
      return rows[0]?.at.getTime();
    };
    const hourAgo = now - 3_600_000;
    expect(await reauthAt(hourAgo / 1_000)).toBe(hourAgo);
    expect(await reauthAt(now / 1_000 + 3_600)).toBe(now);
    expect(await reauthAt()).toBe(now);
  });

  const cases: readonly (readonly [string, Person])[] = [
    ['without a mapped group', { ...ada, sub: 'new', email: 'new@example.net', groups: ['everybody'] }],
    [
      'with groups that are no list',
      { ...ada, sub: 'new', email: 'new@example.net', wrong: { groups: 'back-office' } },
    ],
    ['with an e-mail that is not verified', { ...ada, sub: 'new', email: 'new@example.net', emailVerified: false }],
    ['with the e-mail of a member of the environment', { ...ada, sub: 'new', email: 'provider@example.org' }],
    ['with the e-mail of another subject', { ...ada, sub: 'new' }],
    ['with a token of another issuer', { ...ada, wrong: { iss: 'https://evil.example' } }],
    ['with a token for another client', { ...ada, wrong: { aud: 'somebody-else' } }],
    ['with the nonce of another sign-in', { ...ada, wrong: { nonce: 'another' } }],
    ['with a token that is over', { ...ada, wrong: { exp: 1_000 } }],
    ['with a token that another key signed', { ...ada, isForged: true }],
  ];
  for (const [name, person] of cases) {
    test(`lets nobody in ${name}`, async () => {
      await comeBack(await leave(ada));
      const before = await members();
      expect(await comeBack(await leave(person))).toMatchObject(refused);
      expect(await members()).toEqual(before);
    });
  }

  test('takes an answer only from the browser that left, with its state, once', async () => {
    const trip = await leave(ada);
    expect(await comeBack({ ...trip, cookie: '' })).toMatchObject(refused);
    expect(await comeBack({ ...trip, cookie: (await leave(ada)).cookie })).toMatchObject(refused);
    expect(await comeBack({ ...trip, cookie: `${trip.cookie.slice(0, -4)}AAAA` })).toMatchObject(refused);
    const [mine, other] = [await leave(ada), await leave(ada)];
    const swapped = new URL(mine.back);
    swapped.searchParams.set('code', new URL(other.back).searchParams.get('code') ?? '');
    expect(await comeBack({ ...mine, back: swapped.href }), 'the code of another sign-in').toMatchObject(refused);
    const good = await leave(ada);
    const done = await comeBack(good);
    expect(done.token).toBeDefined();
    expect(done.set).toContain('__Host-provider_oidc=; Path=/; Max-Age=0');
    expect(await comeBack(good), 'the same code again').toMatchObject(refused);
    expect(await comeBack({ ...good, back: `${origin}/sign-in/oidc/callback?error=access_denied` })).toMatchObject(
      refused,
    );
  });

  test('of a provider that says it is another refuses to boot; one that is away does not', async () => {
    const lying = { ...issuer, url: issuer.url.replace('127.0.0.1', 'localhost') };
    const start = (env: Record<string, string>) => startPortal({ name: 'misled', database, folder, env });
    await expect(start(oidcEnvironment(lying))).rejects.toThrow('OIDC_ISSUER');
    const away = await start(oidcEnvironment({ ...issuer, url: 'http://127.0.0.1:1' }));
    const answer = await fetch(`${away.address}/sign-in/oidc`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('/sign-in?problem=oidc_away');
    await away.stop();
  });
});
