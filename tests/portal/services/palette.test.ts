import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBadges } from '#portal/services/provider/badges.service';
import { findByPrefix, hitsMax } from '#portal/services/provider/palette.service';
import { watchPlans } from './plan-watch.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  await base.all.query(`
    insert into org (id, name) select 'org-' || n, 'Organisation ' || n from generate_series(1, 40) n;
    insert into lead (org_id, id, status, company, created_at, version)
      select 'org-' || (n % 40 + 1), 'L-' || n, 'converted', (array['Nord', '100% Co', 'Süd'])[n % 3 + 1] || ' ' || n, now(), 1 from generate_series(1, 20000) n;
    insert into addon_purchase (org_id, id, status, created_at, version) values ('org-1', 'nord-addon', 'purchased', now(), 1);
    insert into incident (org_id, id, status, title, severity, resolution_due_at, created_at, version)
      values ('org-1', 'nord-1', 'open', 'Nothing works', 'high', '2026-11-24T14:30:00Z', now(), 1), ('org-1', 'x-2', 'open', 'Slow', 'high', '2026-11-25T14:30:00Z', now(), 1);
    insert into subscription (org_id, id, status, created_at, version) select 'org-' || (n % 40 + 1), 'S-' || n, 'active', now(), 1 from generate_series(1, 9000) n;
    insert into addon_purchase (org_id, id, status, created_at, version) select 'org-' || (n % 40 + 1), 'P-' || n, 'purchased', now(), 1 from generate_series(1, 9000) n;
    insert into incident (org_id, id, status, created_at, version) select 'org-' || (n % 40 + 1), 'I-' || n, 'resolved', now(), 1 from generate_series(1, 9000) n;
    insert into invoice (org_id, id, source, ref, status, currency, number, issued_at, created_at, version)
      select 'org-' || (n % 40 + 1), 'V-' || n, 'reported', 'V-' || n, 'open', 'EUR', 'INV-' || n, now() - (9000 - n) * interval '1 hour', now(), 1 from generate_series(1, 9000) n;
    insert into invoice (org_id, id, source, ref, status, currency, created_at, version) values ('org-12', 'V-draft', 'rated', 'draft', 'draft', 'EUR', now(), 1);
    insert into federation_key (id, org_id, name, scopes) values ('nord_key', 'org-1', 'a', '{events}');
  `);
  await base.all.query('vacuum analyze');
});
afterAll(() => base.close());

const hits = async (text: string, ...roles: Parameters<typeof staffOf>) =>
  Object.fromEntries((await findByPrefix(staffOf(...roles), text)).map(({ kind, hits: found }) => [kind, found]));

test('S2: each kind gives what begins so, eight at most, and signs of patterns are only text', async () => {
  const found = await hits('nord', 'provider');
  expect(found['lead']).toHaveLength(hitsMax);
  expect(found['lead']?.every(({ label }) => label.startsWith('Nord'))).toBe(true);
  expect(found['purchase']?.map(({ id }) => id)).toEqual(['nord-addon']);
  expect(found['incident']?.map(({ id, label }) => [id, label])).toEqual([['nord-1', 'Nothing works']]);
  expect(found['key']?.map(({ id }) => id)).toEqual(['nord_key']);
  expect((await hits('L-777', 'provider'))['lead']?.map(({ id }) => id)).toContain('L-777');
  expect((await hits('organisation 3', 'accountant'))['org']?.map(({ id }) => id)).toContain('org-3');
  expect((await hits('100% c', 'provider'))['lead']).toHaveLength(hitsMax);
  expect((await hits('1%', 'provider'))['lead']).toEqual([]);
  expect((await hits("no'--", 'provider'))['lead']).toEqual([]);
  expect(await hits('n', 'provider')).toEqual({});
});

test('an invoice is found by its number, and the newest by the name of whom they bill', async () => {
  const numbers = async (text: string) => (await hits(text, 'accountant'))['invoice']?.map(({ label }) => label);
  expect(await numbers('inv-8999')).toEqual(['INV-8999']);
  expect(await numbers('organisation 12')).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map((back) => `INV-${8971 - 40 * back}`));
});

test('a kind whose page the role hides is not even asked for', async () => {
  expect(Object.keys(await hits('nord', 'developer'))).toEqual(['org', 'lead', 'subscription', 'incident', 'key']);
  expect(Object.keys(await hits('nord', 'accountant'))).toEqual([
    'org',
    'lead',
    'invoice',
    'subscription',
    'purchase',
    'incident',
  ]);
});

test('badges count what waits, say when a promise is broken, and are of pages that the member may open', async () => {
  const provider = staffOf('provider');
  expect(Object.fromEntries(await readBadges(provider))).toEqual({
    leads: { count: { value: 999, isCapped: true }, isBreach: false },
    incidents: { count: { value: 1, isCapped: false }, isBreach: false },
  });
  await base.all.query(`
    update incident set resolution_due_at = '2026-11-24T13:00:00Z' where id = 'x-2';
    insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix)
      values ('2026-11-24T12:00:00Z', 'req-1', 'events', 401, 'signature_invalid', 3, '192.0.2.0/24')`);
  const refused = { count: { value: 1, isCapped: false }, isBreach: false };
  expect((await readBadges(provider)).get('incidents')).toEqual({
    count: { value: 2, isCapped: false },
    isBreach: true,
  });
  expect((await readBadges(provider)).get('federation')).toEqual(refused);
  expect((await readBadges(staffOf('accountant'))).has('federation')).toBe(false);
});

test('no search scans a table that grows', async () => {
  const watch = watchPlans(base, 'lead|subscription|addon_purchase|incident|invoice');
  expect(await watch(() => findByPrefix(staffOf('provider'), 'nord'))).toEqual([]);
});
