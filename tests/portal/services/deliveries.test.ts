import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hourMs } from '#domain/instants';
import { pageSizes } from '#portal/lists/url-grammar';
import { presetWindow } from '#portal/lists/windows';
import {
  deliveryResults,
  deliveryTypes,
  parseDeliveriesQuery,
  problemCodes,
  rejectionCodes,
} from '#portal/services/provider/deliveries-query';
import {
  listDeliveries,
  listLatestDeliveries,
  summarizeDeliveries,
} from '#portal/services/provider/federation.service';
import { summaryParts } from '#portal/services/provider/delivery-figures';
import { countRows, type Page } from '#portal/services/provider/list-page';
import type { DeliveryRow } from '#portal/services/provider/delivery-row';
import { demoOrgs, seedDemo } from '../seed/demo.ts';
import { hostileOrgs, seedHostile } from '../seed/hostile.ts';
import { acceptRequests, addAttempts } from '../seed/requests.ts';
import { readLines } from './log-oracle.ts';
import type { Line } from './log-oracle.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const developer = staffOf('developer');
const instants = 4;

let base: PortalBase;
let lines: readonly Line[];

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedDemo(base.all, { now, eventsPerDay: 110, seed: 11 });
  await seedHostile(base.all, now);
  await seedTies();
  await base.all.query('analyze');
  lines = await readLines(base.all);
});
afterAll(() => base.close());

/** Events and attempts that share their milliseconds, with event ids that do not sort as the attempts do. */
async function seedTies() {
  const [org] = demoOrgs;
  if (!org) throw new Error('no org');
  const moments = Array.from({ length: instants }, (_, i) => now - 3 * hourMs - i);
  const keys = moments.flatMap((at, m) =>
    Array.from({ length: 9 }, (_, k) => ({ at, idempotencyKey: `tie-${m}-${k}` })),
  );
  await acceptRequests(
    base.all,
    keys.map(({ at, idempotencyKey }) => ({
      org: org.id,
      keyId: org.keyId,
      receivedAt: at,
      idempotencyKey,
      body: {
        type: 'lead.created',
        tenantId: org.id,
        occurredAt: new Date(at).toISOString(),
        data: { leadId: idempotencyKey, source: 'web' },
      },
    })),
  );
  const replays = keys.map((key) => ({ ...key, status: 200, code: 'replayed', org: org.id, keyId: org.keyId }));
  const refusals = keys.map(({ at }) => ({ at, status: 401, code: 'signature_invalid', keyId: org.keyId }));
  await addAttempts(base.all, [...replays, ...refusals]);
}

function queryOf(params: Record<string, string>) {
  const query = parseDeliveriesQuery(params, { zone: 'UTC', now });
  expect(query.dropped).toEqual([]);
  return query;
}

async function pagesForward(params: Record<string, string>): Promise<Page<DeliveryRow>[]> {
  const pages = [await listDeliveries(developer, queryOf(params))];
  for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
    pages.push(await listDeliveries(developer, queryOf({ ...params, after: next })));
    expect(pages.length).toBeLessThan(200);
  }
  return pages;
}

async function pagesBackward(params: Record<string, string>, from: string): Promise<Page<DeliveryRow>[]> {
  const pages: Page<DeliveryRow>[] = [];
  for (let previous: string | undefined = from; previous !== undefined; previous = pages[0]?.previous) {
    pages.unshift(await listDeliveries(developer, queryOf({ ...params, before: previous })));
    expect(pages.length).toBeLessThan(200);
  }
  return pages;
}

function idsOf(pages: readonly Page<DeliveryRow>[]) {
  return pages.flatMap(({ rows }) => rows.map(({ id }) => id));
}

type Filter = readonly [params: Record<string, string>, matches: (line: Line) => boolean];

function filters(): readonly Filter[] {
  const some = (found: Line | undefined) => {
    if (!found) throw new Error('the seed has no such line');
    return found;
  };
  const replayed = some(lines.find(({ result, eventId }) => result === 'replayed' && eventId));
  const refused = some(lines.find(({ code, org }) => code === 'rate_limited' && org));
  const entity = some(lines.find(({ type, entityId }) => type === 'subscription.updated' && entityId));
  const [acme, globex] = ['acme', 'globex'];
  const day = { from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 24) };
  const last = presetWindow('24h', now, 'UTC');
  return [
    [{}, () => true],
    ...deliveryResults.map((result): Filter => [{ result }, (line) => line.result === result]),
    [{ result: 'applied,refused' }, ({ result }) => result === 'applied' || result === 'refused'],
    [{ result: 'accepted,rejected,replayed' }, ({ result }) => ['accepted', 'rejected', 'replayed'].includes(result)],
    [{ org: acme }, ({ org }) => org === acme],
    [{ org: `${globex},${acme},no-such-org` }, ({ org }) => org === acme || org === globex],
    [{ org: acme, result: 'applied' }, ({ org, result }) => org === acme && result === 'applied'],
    ...deliveryTypes.map((type): Filter => [{ type }, (line) => line.type === type]),
    [
      { type: 'lead.created,ai.used', org: `${acme},${globex}` },
      ({ type, org }) => (type === 'lead.created' || type === 'ai.used') && (org === acme || org === globex),
    ],
    ...[...problemCodes, ...rejectionCodes].map((code): Filter => [{ code }, (line) => line.code === code]),
    [
      { code: 'signature_invalid,rate_limited,refund_exceeds_paid' },
      ({ code }) => ['signature_invalid', 'rate_limited', 'refund_exceeds_paid'].includes(code ?? ''),
    ],
    [
      { code: 'rate_limited,scope_denied', org: acme },
      ({ code, org }) => org === acme && (code === 'rate_limited' || code === 'scope_denied'),
    ],
    [{ key: 'fk_live_acme' }, ({ keyId }) => keyId === 'fk_live_acme'],
    [{ key: hostileOrgs[2].keyId }, ({ keyId }) => keyId === hostileOrgs[2].keyId],
    [{ event: replayed.eventId ?? '' }, ({ eventId }) => eventId === replayed.eventId],
    [
      { idempotency: replayed.idempotencyKey ?? '' },
      ({ idempotencyKey }) => idempotencyKey === replayed.idempotencyKey,
    ],
    [{ q: replayed.eventId ?? '' }, ({ eventId }) => eventId === replayed.eventId],
    [{ q: replayed.idempotencyKey ?? '' }, ({ idempotencyKey }) => idempotencyKey === replayed.idempotencyKey],
    [{ q: entity.entityId ?? '' }, ({ entityId }) => entityId === entity.entityId],
    [{ q: refused.requestId }, ({ requestId }) => requestId === refused.requestId],
    [{ q: "'; drop table event; --" }, () => false],
    [{ from: '24h' }, ({ at }) => at >= last.from && at < last.to],
    [{ from: '2026-11-23', to: '2026-11-23' }, ({ at }) => at >= day.from && at < day.to],
    [{ from: '2026-11-23', tz: 'Asia/Tokyo' }, ({ at }) => at >= day.from - 9 * hourMs && at < day.to - 9 * hourMs],
    [{ from: '1970-01-01', to: '2999-12-31' }, () => true],
    [
      { from: '24h', org: acme, type: 'lead.created', result: 'applied' },
      ({ at, org, type, result }) =>
        at >= last.from && at < last.to && org === acme && type === 'lead.created' && result === 'applied',
    ],
  ];
}

describe('the log', () => {
  test('holds, with every filter, exactly the lines that the tables hold, in both orders, page by page and back, without gap or repeat', async () => {
    for (const [params, matches] of filters()) {
      const matching = lines.filter(matches).map(({ id }) => id);
      for (const sort of ['-receivedAt', 'receivedAt']) {
        const told = { ...params, sort, size: '25' };
        const expected = sort === 'receivedAt' ? matching.toReversed() : matching;
        const forward = await pagesForward(told);
        expect(idsOf(forward), JSON.stringify(told)).toEqual(expected);
        expect(forward.map(({ count }) => count.value)).toEqual(forward.map(() => expected.length));
        expect(forward.map(({ offset }) => offset)).toEqual(forward.map((_, i) => 25 * i));
        const last = forward.at(-1);
        if (!last?.previous) continue;
        const backward = await pagesBackward(told, last.previous);
        expect([...idsOf(backward), ...idsOf([last])], JSON.stringify(told)).toEqual(expected);
        expect(backward.map(({ offset }) => offset)).toEqual(backward.map((_, i) => 25 * i));
      }
    }
  }, 120_000);

  test('loses and repeats nothing where many lines share a millisecond', async () => {
    const isTie = ({ at }: Line) => at > now - 3 * hourMs - instants && at <= now - 3 * hourMs;
    const tied = lines.filter(isTie).map(({ id }) => id);
    expect(tied.length).toBeGreaterThanOrEqual(27 * instants);
    for (const size of pageSizes) {
      const ids = idsOf(await pagesForward({ size: String(size), from: 'today' }));
      expect(ids.filter((id) => tied.includes(id))).toEqual(tied);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('begins with its newest lines on the dashboard too', async () => {
    const latest = await listLatestDeliveries(developer, 7);
    expect(latest.map(({ id }) => id)).toEqual(lines.slice(0, 7).map(({ id }) => id));
  });

  test('counts requests of one delivery in the order they came', async () => {
    const rows = (await pagesForward({ size: '100' })).flatMap((page) => page.rows);
    const byDelivery = new Map<string, DeliveryRow[]>();
    for (const row of rows) {
      if (!row.org || !row.idempotencyKey) expect(row.attempt).toBeUndefined();
      else byDelivery.set(keyOf(row), [...(byDelivery.get(keyOf(row)) ?? []), row]);
    }
    const several = [...byDelivery.values()].filter(({ length }) => length > 1);
    expect(several.length).toBeGreaterThan(10);
    for (const delivery of byDelivery.values()) {
      const counted = delivery.map(({ attempt }) => attempt ?? 0);
      // Within one millisecond a line stands below what it repeats.
      const isTied = delivery.some(({ at }, i) => i > 0 && delivery[i - 1]?.at === at);
      expect(isTied ? counted.toSorted((a, b) => b - a) : counted).toEqual(delivery.map((_, i) => delivery.length - i));
    }
  });
});

function keyOf({ org, idempotencyKey }: DeliveryRow) {
  return JSON.stringify([org?.id, idempotencyKey]);
}

describe('a figure', () => {
  test.each([
    [{}],
    [{ org: 'acme' }],
    [{ type: 'lead.created,ai.used' }],
    [{ code: 'signature_invalid' }],
    [{ code: 'refund_exceeds_paid' }],
    [{ key: 'fk_live_globex' }],
    [{ q: 'nothing has this id' }],
  ] as const)(
    'of %j is the count of the list it links to, in every window, and its parts and the window before add up',
    async (params) => {
      for (const from of ['24h', 'today', 'yesterday', '7d', 'mtd'] as const) {
        const window = presetWindow(from, now, 'UTC');
        const summary = await summarizeDeliveries(developer, queryOf(params), window);
        for (const [name, result] of cells) {
          const { count } = await listDeliveries(developer, queryOf({ ...params, from, result }));
          const { value, previous, parts } = summary[name];
          expect({ name, from, value }).toEqual({ name, from, value: count.value });
          expect(parts).toHaveLength(summaryParts);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(value);
          const matching = new Set(idsOf(await pagesForward({ ...params, result, size: '100' })));
          const before = lines.filter(
            ({ id, at }) => matching.has(id) && at >= window.previous.from && at < window.previous.to,
          );
          expect({ name, from, previous }).toEqual({ name, from, previous: before.length });
        }
        const matching = new Set(idsOf(await pagesForward({ ...params, result: 'refused', size: '100' })));
        const told = lines.filter(({ id, at }) => matching.has(id) && at >= window.from && at < window.to);
        expect(summary.refusedRequests).toBe(told.reduce((sum, { repeats }) => sum + repeats, 0));
      }
    },
    60_000,
  );
});

const cells = [
  ['accepted', 'accepted,applied,rejected'],
  ['applied', 'applied'],
  ['rejected', 'rejected'],
  ['waiting', 'accepted'],
  ['refused', 'refused'],
] as const;

describe('new lines', () => {
  test('that arrive while somebody pages move nothing: the next page goes on where the last ended, and back leads to what stood there', async () => {
    const params = { size: '25' };
    const first = await listDeliveries(developer, queryOf(params));
    const expected = lines.map(({ id }) => id);
    await addAttempts(base.all, [
      { at: now + 1_000, status: 401, code: 'signature_invalid' },
      {
        at: now + 2_000,
        status: 429,
        code: 'rate_limited',
        org: 'acme',
        keyId: 'fk_live_acme',
        idempotencyKey: 'late',
      },
    ]);
    await addAttempts(
      base.all,
      Array.from({ length: 30 }, (_, i) => ({ at: now + 3_000 + i, status: 503, code: 'unavailable' })),
    );
    const second = await listDeliveries(developer, queryOf({ ...params, after: first.next ?? '' }));
    expect(second.rows.map(({ id }) => id)).toEqual(expected.slice(25, 50));
    const back = await listDeliveries(developer, queryOf({ ...params, before: second.previous ?? '' }));
    expect(back.rows.map(({ id }) => id)).toEqual(expected.slice(0, 25));
    expect(back.previous).toBeDefined();
    expect((await listDeliveries(developer, queryOf(params))).rows.map(({ id }) => id)).not.toContain(expected[0]);
  });
});

test('what a lock keeps from being counted in time has no total, and is no failure', async () => {
  const holder = await base.all.connect();
  await holder.query('begin; lock table event in access exclusive mode');
  expect(await countRows('select from event', [])).toBeUndefined();
  await holder.query('rollback');
  holder.release();
});
