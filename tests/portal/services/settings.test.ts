import { auditList } from '#portal/services/provider/audit-list';
import { listAudit } from '#portal/services/provider/audit.service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Picked } from '#portal/actions/picked';
import type { StaffRole } from '#portal/auth/access';
import { seedStaff } from '#portal/auth/seed-staff';
import { readSession } from '#portal/auth/session';
import { signIn } from '#portal/auth/sign-in';
import { settingsKpis } from '#portal/app/(provider)/provider/settings/kpis';
import { keepPreferences, keptPreferences, preferenceCookies } from '#portal/preferences/kept-preferences';
import { StoredPreferences } from '#portal/preferences/preferences-schema';
import { startPath } from '#portal/provider-nav';
import { listOverrides, readCatalogue } from '#portal/services/provider/catalogue.service';
import { readExports, readKeptData } from '#portal/services/provider/kept-data.service';
import { listRunningSettings } from '#portal/services/provider/running-settings.service';
import { endPickedSessions } from '#portal/services/provider/end-sessions';
import { readOwnActivity } from '#portal/services/provider/own-activity.service';
import { readOwnSessions } from '#portal/services/provider/sessions.service';
import { listMembers, listSessions, readStaffFigures } from '#portal/services/provider/staff.service';
import { cheapHash, openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 12);
const password = 'a password of the tests';
const everybody = { isActive: false, lacksFactor: false };

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  const names = ['ada', 'bo', 'cy'];
  const member = (name: string, roles: StaffRole[]) => ({
    email: `${name}@example.com`,
    name,
    roles,
    passwordHash: cheapHash(password),
  });
  await seedStaff(
    base.portal,
    names.map((name) => member(name, ['provider'])),
    now - 1,
  );
  await seedStaff(
    base.portal,
    names.slice(0, 2).map((name) => member(name, ['provider'])),
    now,
  );
});
afterAll(() => base.close());

async function signedIn(name: string, at = now) {
  const attempt = { email: `${name}@example.com`, password, address: '::1', userAgent: '', now: at };
  const outcome = await signIn(base.portal, attempt);
  const staff = 'token' in outcome ? await readSession(base.portal, outcome.token, at) : undefined;
  if (!staff) throw new Error('not signed in');
  return staff;
}

describe('staff', () => {
  test('in figures are those that their lists show', async () => {
    const ada = await signedIn('ada');
    await base.all.query("update staff_member set totp_secret_enc = 'x' where email = 'bo@example.com'");
    const figures = await readStaffFigures(ada);
    expect(figures).toMatchObject({
      active: 2,
      withoutSecondFactor: 1,
      openSessions: 1,
      seededAt: now,
      seededMembers: 2,
    });
    const total = async (isActive: boolean, lacksFactor: boolean) =>
      (await listMembers(ada, { isActive, lacksFactor })).count.value;
    expect(await total(true, false)).toBe(figures.active);
    expect(await total(true, true)).toBe(figures.withoutSecondFactor);
    expect((await listSessions(ada)).count.value).toBe(figures.openSessions);
    expect((await listSessions(ada, 'BO@')).rows).toEqual([]);
    expect((await listMembers(ada, { ...everybody, q: 'b%' })).rows).toEqual([]);
    expect((await listMembers(ada, { ...everybody, q: 'BO@' })).rows.map(({ name }) => name)).toEqual(['bo']);
    expect(
      (await listMembers(ada, everybody)).rows.map(({ name, disabledAt }) => [name, disabledAt === undefined]),
    ).toEqual([
      ['ada', true],
      ['bo', true],
      ['cy', false],
    ]);
    const kpis = await settingsKpis(ada, StoredPreferences.parse({}));
    expect(kpis.map(({ metric: { id } }) => id)).toEqual(['active', 'bare', 'sessions', 'seed']);
    const entries = Object.fromEntries(new URLSearchParams(kpis.at(-1)?.href.split('?')[1]));
    const { rows } = await listAudit(ada, auditList.parse(entries, { zone: 'UTC', now }));
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['staff.added', 'staff.disabled']));
  });

  test('O1: see their own sessions that are open, and nobody else’s', async () => {
    await base.all.query('delete from staff_session');
    const [old, ada] = [await signedIn('ada', now - 60_000), await signedIn('ada')];
    await base.all.query("update staff_member set totp_secret_enc = null where email = 'bo@example.com'");
    await signedIn('bo');
    expect((await readOwnSessions(ada)).map(({ id, isOwn }) => [id, isOwn])).toEqual([
      [ada.sessionId, true],
      [old.sessionId, false],
    ]);
  });

  test('O1: sign out the sessions that are chosen, but the one they are in, each with its entry, also one that was used since', async () => {
    await base.all.query('delete from staff_session');
    const [bo, elsewhere, again] = [await signedIn('bo'), await signedIn('ada'), await signedIn('bo')];
    const ada = await signedIn('ada', now + 1);
    const keys = new Map((await listSessions(ada)).rows.map(({ id, key }) => [id, key]));
    const picked = [bo, elsewhere, ada].map(({ sessionId }) => keys.get(sessionId) ?? '');
    await base.all.query("update staff_session set last_seen_at = last_seen_at + interval '1 second'");
    const end = async (told: Picked, q?: string) => {
      const { items } = await endPickedSessions(ada, { picked: told, q, reason: 'a lost laptop' });
      return new Map(items.map(({ id, became }) => [id, became]));
    };
    const ids: Picked = { kind: 'ids', ids: [...picked, 'no key'] };
    await expect(endPickedSessions(staffOf('developer'), { picked: ids, q: undefined, reason: 'no' })).rejects.toThrow(
      'access denied',
    );
    expect(await end(ids)).toEqual(
      new Map([
        [bo.sessionId, 'done'],
        [elsewhere.sessionId, 'done'],
        [ada.sessionId, 'skipped'],
      ]),
    );
    expect([...(await end(ids)).values()], 'ended before').toEqual(['skipped', 'skipped', 'skipped']);
    const all = (seen: number): Picked => ({ kind: 'matching', params: 'q=bo', seen });
    await expect(end(all(2), 'bo')).rejects.toThrow();
    expect(await end(all(1), 'bo')).toEqual(new Map([[again.sessionId, 'done']]));
    expect((await listSessions(ada)).rows.map(({ id }) => id)).toEqual([ada.sessionId]);
    const { rows } = await base.all.query<{ session: string }>(
      `select detail ->> 'session' as session from audit_log
       where action = 'staff.session_revoked' and actor = 'ada@example.com' and detail ->> 'reason' = 'a lost laptop' order by seq`,
    );
    expect(new Set(rows.map(({ session }) => session))).toEqual(
      new Set([bo, elsewhere, again].map(({ sessionId }) => sessionId)),
    );
    expect(rows).toHaveLength(3);
  });
});

test('staff see what they did last, and nothing of what others or jobs did, whatever their role sees of the log', async () => {
  const ada = await signedIn('ada');
  await base.all.query("insert into org (id, name) values ('deeds', 'Deeds')");
  await base.all.query(
    `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, detail, prev_hash, hash)
     select 'deeds', n, now() + interval '1 hour' + n * interval '1 second', type, actor, 'lead.disqualified', 'lead/L-' || n, '{}', sha256(n::text::bytea), sha256((n + 1)::text::bytea)
     from (values (1, 'staff', 'ada@example.com'), (2, 'staff', 'bo@example.com'), (3, 'system', 'ada@example.com'),
       (4, 'staff', 'ada@example.com')) as e (n, type, actor)`,
  );
  const developer = { ...ada, roles: ['developer' as const] };
  const told = await readOwnActivity(developer);
  expect(told.flatMap(({ id, subject }) => (subject.startsWith('lead/') ? [[id, subject]] : []))).toEqual([
    ['deeds:4', 'lead/L-4'],
    ['deeds:1', 'lead/L-1'],
  ]);
});

describe('what settings show', () => {
  const readers = {
    figures: readStaffFigures,
    members: (staff: ReturnType<typeof staffOf>) => listMembers(staff, everybody),
    sessions: (staff: ReturnType<typeof staffOf>) => listSessions(staff),
    catalogue: (staff: ReturnType<typeof staffOf>) => readCatalogue(staff),
    overrides: (staff: ReturnType<typeof staffOf>) => listOverrides(staff),
    kept: readKeptData,
    exports: (staff: ReturnType<typeof staffOf>) => readExports(staff),
    running: async (staff: ReturnType<typeof staffOf>) => listRunningSettings(staff),
  };

  test.each(Object.entries(readers))(
    '%s is refused to who lacks the right, by the service itself',
    async (name, read) => {
      await expect(read(staffOf('provider'))).resolves.toBeDefined();
      await expect(read(staffOf('accountant'))).rejects.toThrow('access denied');
      if (name === 'running') await expect(read(staffOf('developer'))).resolves.toBeDefined();
      else await expect(read(staffOf('developer'))).rejects.toThrow('access denied');
    },
  );

  test('of the environment never has a value', () => {
    expect(JSON.stringify(listRunningSettings(staffOf('provider')))).not.toMatch(/postgres|k1:|127\.0\.0\.1/);
  });

  test('of the catalogue are plans, prices in force or to come, prices of organisations and SKUs', async () => {
    const price = (amount: string) => ({ model: 'per_unit', unitPrice: amount, currency: 'EUR' });
    await base.all.query(`insert into meter (id, name, aggregation, unit) values ('calls', 'Calls', 'sum', 'call')`);
    await base.all.query(
      `insert into plan (id, name, ai_allowance) values ('pro', 'Pro', '{"credits":"20000","isHardCap":true}'), ('odd', 'Odd', null)`,
    );
    await base.all.query(`insert into org (id, name) values ('acme', 'Acme')`);
    await base.all.query(
      `insert into org_plan (org_id, from_at, plan_id) values ('acme', '-infinity', 'odd'), ('acme', $1, 'pro')`,
      [new Date(now)],
    );
    await base.all.query(
      `insert into plan_price (plan_id, meter, from_at, until_at, price) values
        ('pro', 'calls', '-infinity', $1, $2), ('pro', 'calls', $1, null, $3), ('odd', 'calls', $1, null, '{"model":"none"}')`,
      [new Date(now), price('0.1'), price('1234.5')],
    );
    await base.all.query(`insert into org_price (org_id, meter, from_at, price) values ('acme', 'calls', $1, $2)`, [
      new Date(now),
      price('0.05'),
    ]);
    const { plans } = await readCatalogue(staffOf('provider'));
    expect(plans.map(({ id, orgs, credits, isHardCap }) => [id, orgs, credits, isHardCap])).toEqual([
      ['odd', 0, undefined, false],
      ['pro', 1, '20,000', true],
    ]);
    expect(plans.map(({ prices }) => prices.map(({ lines }) => lines))).toEqual([
      [undefined],
      [['1,234.5 EUR per call']],
    ]);
    expect(await listOverrides(staffOf('provider'))).toMatchObject({
      rows: [{ holder: 'acme', holderName: 'Acme', lines: ['0.05 EUR per call'] }],
      count: { value: 1, isCapped: false },
    });
    expect((await listOverrides(staffOf('provider'), 'ACM')).count.value).toBe(1);
    expect((await listOverrides(staffOf('provider'), 'acme_')).rows).toEqual([]);
  });
});

describe('a long list of the settings', () => {
  test('is walked both ways with each row on one page, and begins anew where a place is none', async () => {
    await base.all.query(
      `insert into meter (id, name, aggregation, unit) values ('walked', 'Walked', 'sum', 'step') on conflict do nothing`,
    );
    await base.all.query(
      `insert into org (id, name) select 'walked-' || n, 'Walked ' || n from generate_series(1, 7) n`,
    );
    // Of one org there are two: from ever on, and from a later day.
    await base.all.query(
      `insert into org_price (org_id, meter, from_at, until_at, price)
       select 'walked-' || n, 'walked', '-infinity'::timestamptz, null::timestamptz, '{}'::jsonb from generate_series(1, 7) n
       union all select 'walked-3', 'walked', '2026-12-01 00:00:00.000001+00', null, '{}'`,
    );
    const read = (cursor?: { key: string; isBefore: boolean }) =>
      listOverrides(staffOf('provider'), 'walked', { size: 3, cursor });
    const whole = await listOverrides(staffOf('provider'), 'walked', { size: 50 });
    expect(whole.rows.map(({ holder }) => holder.slice(-1)).join('')).toBe('12334567');
    const pages = [await read()];
    for (let key = pages[0]?.next; key !== undefined; key = pages.at(-1)?.next)
      pages.push(await read({ key, isBefore: false }));
    expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    expect(pages.map(({ offset, count }) => [offset, count.value])).toEqual([
      [0, 8],
      [3, 8],
      [6, 8],
    ]);
    const back = await read({ key: pages[2]?.previous ?? '', isBefore: true });
    expect(back.rows).toEqual(pages[1]?.rows);
    expect(back.offset).toBe(3);
    expect((await read({ key: back.previous ?? '', isBefore: true })).previous).toBeUndefined();
    const keyOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const key of [
      '',
      'x',
      keyOf('a'),
      keyOf('a', 'b', 'yesterday'),
      keyOf('a', 'b', { at: 1 }),
      keyOf('\0', 'b', '-infinity'),
    ])
      expect((await read({ key, isBefore: true })).rows, key).toEqual(pages[0]?.rows);
    // Whoever goes on from a row that is gone by then is told the place all the same.
    await base.all.query("delete from org_price where org_id = 'walked-3' and from_at = '-infinity'");
    const rest = await read({ key: pages[0]?.next ?? '', isBefore: false });
    expect([rest.offset, rest.count.value, rest.rows[0]?.holder.slice(-1)]).toEqual([2, 7, '3']);
  });
});

describe('preferences', () => {
  test('S6, S8: are kept for the member, added to one another, and become cookies', async () => {
    const staff = await signedIn('ada');
    await keepPreferences(base.portal, staff, { zone: 'Asia/Tokyo', theme: 'dune' });
    await keepPreferences(base.portal, staff, { theme: 'midnight', start: 'leads' });
    const kept = await keptPreferences(base.portal, staff.id);
    expect(kept).toEqual({ zone: 'Asia/Tokyo', theme: 'midnight', start: 'leads' });
    expect(
      preferenceCookies(kept)
        .map(({ name, value }) => `${name}=${value}`)
        .toSorted(),
    ).toEqual(['start=leads', 'theme=midnight', 'zone=Asia/Tokyo']);
    const entries =
      "select detail from audit_log where action = 'staff.preferences_kept' and subject = $1 order by seq";
    const { rows } = await base.all.query(entries, [`staff:${staff.id}`]);
    expect(rows.map(({ detail }) => detail.theme)).toEqual(['dune', 'midnight']);
  });

  test('that cannot be read any more are none', async () => {
    const { id } = await signedIn('ada');
    await base.all.query(`update staff_member set preferences = '{"theme":"gone"}' where id = $1`, [id]);
    expect(await keptPreferences(base.portal, id)).toEqual({});
  });

  test('start where the role may go, else at the dashboard', () => {
    expect(startPath(staffOf('developer'), 'federation')).toBe('/provider/federation');
    expect(startPath(staffOf('accountant'), 'federation')).toBe('/provider');
    expect(startPath(staffOf('provider'), undefined)).toBe('/provider');
  });
});
