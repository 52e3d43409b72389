import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presetWindow } from '#portal/lists/windows';
import { deliveryTypes, parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import {
  countByCode,
  countByType,
  listDeliveries,
  listLatestDeliveries,
  summarizeDeliveries,
} from '#portal/services/provider/federation.service';
import { countMax } from '#portal/services/provider/list-page';
import { seedBulk } from '../seed/bulk.ts';
import { watchPlans } from './plan-watch.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const developer = staffOf('developer');
const events = 200_000;
/** Two weeks of them, so that a day is a part and not the whole. */
const everyMs = 6_000;

let base: PortalBase;
let watch: ReturnType<typeof watchPlans>;
const complaintsOf = (work: () => Promise<unknown>) => watch(work);

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedBulk(base.all, events, now, everyMs);
  watch = watchPlans(base, 'event|delivery_attempt');
}, 180_000);
afterAll(() => base.close());

function queryOf(params: Record<string, string>) {
  const query = parseDeliveriesQuery(params, { zone: 'UTC', now });
  expect(query.dropped).toEqual([]);
  return query;
}

const filters: readonly Record<string, string>[] = [
  {},
  { sort: 'receivedAt' },
  { from: '24h' },
  { from: '7d', org: 'org-7' },
  { org: 'org-0' },
  { org: 'org-0,org-7,org-9' },
  { type: 'evaluation.completed' },
  { type: 'lead.created,ai.used' },
  { result: 'accepted' },
  { result: 'applied' },
  { result: 'rejected' },
  { result: 'refused' },
  { result: 'replayed' },
  { result: 'rejected,refused' },
  { code: 'refund_exceeds_paid' },
  { code: 'internal' },
  { code: 'internal,signature_invalid' },
  { key: 'fk_org-7' },
  { event: 'evt_none' },
  { idempotency: 'key-4711' },
  { q: 'key-4711' },
  { q: 'L-77' },
  { q: 'ref_77' },
];

describe('with 200,000 events no query scans a table', () => {
  test.each(filters)('the list of %j, its first page, the next and the one before', async (params) => {
    const query = queryOf(params);
    expect(
      await complaintsOf(async () => {
        const first = await listDeliveries(developer, query);
        if (!first.next) return;
        const second = await listDeliveries(developer, queryOf({ ...params, after: first.next }));
        await listDeliveries(developer, queryOf({ ...params, before: second.previous ?? '' }));
      }),
    ).toEqual([]);
  });

  test.each([
    {},
    { org: 'org-7' },
    { type: 'evaluation.completed' },
    { code: 'internal' },
    { key: 'fk_org-7' },
    { q: 'L-77' },
  ])('the figures of a day of %j', async (params) => {
    const window = presetWindow('24h', now, 'UTC');
    expect(await complaintsOf(() => summarizeDeliveries(developer, queryOf(params), window))).toEqual([]);
  });

  test('the dashboard', async () => {
    const window = presetWindow('24h', now, 'UTC');
    expect(
      await complaintsOf(() =>
        Promise.all([
          listLatestDeliveries(developer, 8),
          countByType(developer, deliveryTypes, window),
          countByCode(developer, window),
        ]),
      ),
    ).toEqual([]);
  });
});

test('a plan that scans is found out', async () => {
  const scan = () =>
    globalThis.portalDatabase?.pool.query('select count(*) from event where body = $1', ['{}']) ?? Promise.resolve();
  expect(await complaintsOf(scan)).toEqual([expect.stringContaining('scans event')]);
});

test('T28: a total stops at its bound, and says that it did', async () => {
  const { count, rows } = await listDeliveries(developer, queryOf({}));
  expect(count.isCapped).toBe(true);
  // Where counting took longer than it may, what is shown is what is certain.
  expect([countMax, rows.length]).toContain(count.value);
  const { count: few } = await listDeliveries(developer, queryOf({ type: 'evaluation.completed' }));
  expect(few).toEqual({ value: events / 10_000, isCapped: false });
  const { count: replayed } = await listDeliveries(developer, queryOf({ result: 'replayed' }));
  expect(replayed).toEqual({ value: events / 40, isCapped: false });
});
