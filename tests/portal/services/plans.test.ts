import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
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
import { createPrisma } from '#prisma/client';
import { inTenants } from '#prisma/pool';
import { seedBulk } from '../seed/bulk.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const developer = staffOf('developer');
const events = 200_000;
/** Two weeks of them, so that a day is a part and not the whole. */
const everyMs = 6_000;
const removedMax = 5_000;
const large = new Set(['event', 'event_verdict', 'delivery_attempt']);

interface Statement {
  readonly text: string;
  readonly values: unknown[];
  /** Of the transaction it was part of. */
  readonly settings: Readonly<Record<string, string>>;
}

let base: PortalBase;
let statements: Statement[] = [];

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedBulk(base.all, events, now, everyMs);
  globalThis.portalDatabase = createPrisma({ url: base.url, role: 'portal', applicationName: 'plans' });
  globalThis.portalDatabase.pool.on('connect', (client) => {
    const query = client.query.bind(client);
    let settings: Statement['settings'] = {};
    Object.assign(client, {
      query: (...told: unknown[]) => {
        const [text, values] = told;
        if (text === 'begin') settings = {};
        if (typeof text === 'object') settings = Settings.parse(text).values[1];
        if (typeof text === 'string' && Array.isArray(values)) statements.push({ text, values, settings });
        return Reflect.apply(query, client, told);
      },
    });
  });
}, 180_000);
afterAll(() => base.close());

const Settings = z.object({
  values: z.tuple([
    z.unknown(),
    z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  ]),
});

const Plan = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  get Plans() {
    return z.array(Plan).default([]);
  },
});
type Plan = z.infer<typeof Plan>;
const Explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan })]) })]);

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...plan.Plans.flatMap(nodesOf)];
}

/** The plans of all that `work` asked, as the role that asked, each explained with what really happened. */
async function complaintsOf(work: () => Promise<unknown>) {
  statements = [];
  await work();
  const asked = statements.filter(({ text }) => /\b(event|delivery_attempt)\b/.test(text));
  expect(asked.length).toBeGreaterThan(0);
  const complaints: string[] = [];
  for (const { text, values, settings } of asked) {
    const { rows } = await inTenants(
      base.portal,
      [],
      (client) => client.query(`explain (analyze, buffers, format json) ${text}`, values),
      { ...settings, statement_timeout: '10s' },
    );
    for (const node of nodesOf(Explained.parse(rows)[0]['QUERY PLAN'][0].Plan)) {
      const relation = node['Relation Name'] ?? '';
      const removed = node['Rows Removed by Filter'] * node['Actual Loops'];
      if (node['Node Type'].includes('Seq Scan') && large.has(relation)) complaints.push(`scans ${relation}: ${text}`);
      if (removed > removedMax) complaints.push(`looks at ${removed} rows of ${relation} in vain: ${text}`);
    }
  }
  return complaints;
}

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

test('a total stops at its bound, and says that it did', async () => {
  const { count, rows } = await listDeliveries(developer, queryOf({}));
  expect(count.isCapped).toBe(true);
  // Where counting took longer than it may, what is shown is what is certain.
  expect([countMax, rows.length]).toContain(count.value);
  const { count: few } = await listDeliveries(developer, queryOf({ type: 'evaluation.completed' }));
  expect(few).toEqual({ value: events / 10_000, isCapped: false });
  const { count: replayed } = await listDeliveries(developer, queryOf({ result: 'replayed' }));
  expect(replayed).toEqual({ value: events / 40, isCapped: false });
});
