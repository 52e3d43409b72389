import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessDenied } from '#portal/auth/access';
import { presetWindow } from '#portal/lists/windows';
import { checkNames } from '#portal/services/provider/delivery-checks';
import type { DeliveryDetail } from '#portal/services/provider/delivery-detail';
import { noFilters } from '#portal/services/provider/deliveries-sql';
import { deliveryResults, parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import type { DeliveryResult } from '#portal/services/provider/deliveries-query';
import {
  countByCode,
  countByType,
  getDelivery,
  listDeliveries,
  listLatestDeliveries,
  summarizeDeliveries,
} from '#portal/services/provider/federation.service';
import { findOrgs, namesOfOrgs } from '#portal/services/provider/orgs.service';
import { createKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { demoOrgs, seedDemo } from '../seed/demo.ts';
import { seedHostile } from '../seed/hostile.ts';
import { readLines } from './log-oracle.ts';
import type { Line } from './log-oracle.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const developer = staffOf('developer');
const everything = parseDeliveriesQuery({ size: '100' }, { zone: 'UTC', now });
const window = presetWindow('7d', now, 'UTC');

let base: PortalBase;
let lines: readonly Line[];

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedDemo(base.all, { now, eventsPerDay: 60, seed: 5 });
  await seedHostile(base.all, now);
  lines = await readLines(base.all);
});
afterAll(() => base.close());

async function detailsOf(result: DeliveryResult): Promise<DeliveryDetail[]> {
  const found = await Promise.all(
    lines.filter((line) => line.result === result).map(({ id }) => getDelivery(developer, id)),
  );
  const details = found.filter((one) => one !== undefined);
  expect(details.length).toBe(found.length);
  expect(details.length).toBeGreaterThan(0);
  return details;
}

describe('who may not see the page', () => {
  test.each([
    ['accountant', staffOf('accountant')],
    ['nobody', staffOf()],
  ])('gets nothing out of any function of its service: %s', async (_, staff) => {
    const [id = ''] = lines.map((line) => line.id);
    const calls = [
      listDeliveries(staff, everything),
      listLatestDeliveries(staff, 5),
      getDelivery(staff, id),
      findOrgs(staff, 'federation', ''),
      namesOfOrgs(staff, 'federation', ['acme']),
      summarizeDeliveries(staff, noFilters, window),
      countByType(staff, ['lead.created'], window),
      countByCode(staff, window),
    ];
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: expect.any(AccessDenied) });
  });

  test('gets it with a second role that includes it', async () => {
    const both = staffOf('accountant', 'provider');
    expect((await listDeliveries(both, everything)).rows).toHaveLength(100);
  });
});

describe('a line', () => {
  const keys = [
    'at',
    'attempt',
    'code',
    'cursorId',
    'eventId',
    'id',
    'idempotencyKey',
    'keyId',
    'org',
    'repeats',
    'result',
    'route',
    'status',
    'tookMs',
    'type',
  ];

  test('has these columns and no others, so that a new column of the table cannot leak', async () => {
    const { rows } = await listDeliveries(developer, everything);
    for (const row of rows) expect(Object.keys(row).toSorted()).toEqual(keys);
  });

  test('of each kind opens, and is the line it was opened from', async () => {
    const { rows } = await listDeliveries(developer, everything);
    for (const row of rows) expect((await getDelivery(developer, row.id))?.row).toEqual(row);
  });

  test.each([
    '',
    'att_',
    'att_0',
    'att_99999999',
    `att_${'9'.repeat(30)}`,
    'att_1 or 1=1',
    'acme',
    'acme.evt_none',
    '../evt_x',
    "'.evt_x",
    '\0',
  ])('that does not exist is none: %j', async (id) => expect(await getDelivery(developer, id)).toBeUndefined());
});

describe('secrets', () => {
  test('E6: of no kind are in what the panel is given: the signature is blotted out, under whatever case its header was kept', async () => {
    await base.all.query(
      `update delivery_attempt set headers = (headers::jsonb || '{"X-Signature": "must-never-be-shown", "Authorization": "must-never-be-shown"}')::json
       where headers is not null`,
    );
    let redacted = 0;
    for (const { id } of lines) {
      const detail = await getDelivery(developer, id);
      expect(JSON.stringify(detail)).not.toContain('must-never-be-shown');
      for (const [name, value] of detail?.request.headers ?? []) {
        if (!/^(x-signature|authorization|cookie)$/i.test(name)) continue;
        redacted += 1;
        expect(value).toMatch(/^(v\d=)?\[redacted\]$/);
      }
    }
    expect(redacted).toBeGreaterThan(lines.length / 2);
  });

  test('cannot be read by the role of the portal at all', async () => {
    const [org] = demoOrgs;
    const migrator = createPool({ url: base.url, role: 'migrator', max: 1, applicationName: 'test' });
    const ring = parseKeyring(`kek1:${Buffer.alloc(32, 7).toString('base64url')}`);
    await createKey(migrator, ring, { tenantId: org?.id ?? '', createdBy: 'test' }).finally(() => migrator.end());
    for (const column of ['ciphertext', 'iv', 'tag', '*'])
      await expect(base.portal.query(`select ${column} from federation_secret`)).rejects.toThrow('permission denied');
    expect((await base.portal.query('select last_four from federation_secret')).rowCount).toBe(1);
  });
});

describe('the panel', () => {
  test('E4, E5: of an applied event shows its one Activity, its audit entry and its run', async () => {
    for (const { effect, checks, response, rejection } of await detailsOf('applied')) {
      expect(effect?.activities).toHaveLength(1);
      expect(effect?.audit.map(({ action }) => action)).toContain('event.applied');
      expect(effect?.workflowId).toMatch(/^event:/);
      expect(effect?.fields ?? effect?.usage?.first).toBeDefined();
      expect(checks.map(({ state }) => state)).toEqual(checkNames.map(() => 'passed'));
      expect([response.status, rejection]).toEqual([200, undefined]);
    }
  });

  test('of a rejected one shows why, an audit entry, and no Activity', async () => {
    for (const { effect, rejection, row } of await detailsOf('rejected')) {
      expect(row.code).toBeDefined();
      expect(rejection).toBeTruthy();
      expect(effect?.activities).toEqual([]);
      expect(effect?.audit.map(({ action }) => action)).toContain('event.rejected');
    }
  });

  test('of a waiting one shows that nothing was decided', async () => {
    for (const { effect, row } of await detailsOf('accepted')) {
      expect(effect).toMatchObject({ workflowId: undefined, decidedAt: undefined, activities: [], audit: [] });
      expect(row.tookMs).toBeUndefined();
    }
  });

  test('of a repeat shows the first answer, and the first request among its attempts', async () => {
    for (const { row, response, attempts, effect } of await detailsOf('replayed')) {
      expect(response.body).toEqual({ ok: true, id: row.eventId });
      expect(attempts.map(({ id }) => id)).toEqual(expect.arrayContaining([row.id, `${row.org?.id}.${row.eventId}`]));
      expect(effect).toBeUndefined();
    }
  });

  test('of a refusal shows the answer of its code, and one check that failed after the passed ones', async () => {
    for (const { row, response, checks, effect } of await detailsOf('refused')) {
      expect(response.body).toMatchObject({ ok: false, code: row.code, status: row.status });
      expect(checks.filter(({ state }) => state === 'failed')).toHaveLength(1);
      const failed = checks.findIndex(({ state }) => state === 'failed');
      expect(checks.slice(failed + 1).every(({ state }) => state === 'unreached')).toBe(true);
      expect(effect).toBeUndefined();
    }
  });

  test('E5: of every delivery has itself among its attempts, in the order they came', async () => {
    for (const result of deliveryResults) {
      for (const { row, attempts } of await detailsOf(result)) {
        expect(attempts.map(({ id }) => id)).toContain(row.id);
        expect(attempts.map(({ at }) => at)).toEqual(attempts.map(({ at }) => at).toSorted((a, b) => a - b));
        if (row.attempt !== undefined)
          expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, i) => i + 1));
      }
    }
  });
});

describe('the dashboard', () => {
  test('counts events by type and refusals by code as the tables have them', async () => {
    const inside = lines.filter(({ at }) => at >= window.from && at < window.to);
    const types = await countByType(developer, [...new Set(lines.map(({ type }) => type ?? 'none'))], window);
    const codes = await countByCode(developer, window);
    expect(types.length).toBeGreaterThan(5);
    for (const { name, count } of types) expect(count).toBe(inside.filter(({ type }) => type === name).length);
    for (const { name, count } of codes)
      expect(count).toBe(inside.filter(({ code, isEvent }) => code === name && !isEvent).length);
    const sum = (counts: readonly { readonly count: number }[]) =>
      counts.reduce((total, { count }) => total + count, 0);
    expect(sum(types)).toBe(inside.filter(({ isEvent }) => isEvent).length);
    expect(sum(codes)).toBe(inside.filter(({ result }) => result === 'refused').length);
  });
});
