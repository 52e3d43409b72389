import type pg from 'pg';
import { expect } from 'vitest';
import { z } from 'zod';
import { createPrisma } from '#prisma/client';
import { inTenants } from '#prisma/pool';
import { createTotalsPool, ofText, totalsSettings } from '#portal/server/database';
import type { PortalBase } from './portal-base.ts';

const removedMax = 5_000;
/** Tables that grow. */
const large = new Set([
  'event',
  'event_verdict',
  'delivery_attempt',
  'audit_log',
  'lead',
  'subscription',
  'addon_purchase',
  'incident',
  'ai_usage_event',
  'rated_period',
  'invoice_line',
  'invoice',
  'payment',
  'reconciliation_cell',
  'metric_day',
]);

interface Statement {
  readonly text: string;
  readonly values: unknown[];
  /** Of the transaction it was part of. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Remembers what the portal's own pools are asked, and explains it: what it gives runs `work` and tells what is wrong with its plans.
 * What it gives may be told settings of Postgres to explain with, beside those that were asked with.
 * @param isNamed whether prepared statements, which are those of #prisma, are judged here too
 */
export function watchPlans(
  base: PortalBase,
  tables: string,
  isNamed = false,
): (work: () => Promise<unknown>, settings?: Statement['settings']) => Promise<string[]> {
  let statements: Statement[] = [];
  const hear = (pool: pg.Pool, own: Statement['settings']) =>
    pool.on('connect', (client) => {
      const query = client.query.bind(client);
      let settings = own;
      Object.assign(client, {
        query: (...told: unknown[]) => {
          const [text, values] = told;
          if (text === 'begin') settings = own;
          if (isSettings(text)) settings = { ...own, ...Settings.parse(text).values[1] };
          const { data: prepared } = Prepared.safeParse(text);
          if (prepared && (isNamed || prepared.name.startsWith(ofText))) statements.push({ ...prepared, settings });
          if (typeof text === 'string' && Array.isArray(values)) statements.push({ text, values, settings });
          return Reflect.apply(query, client, told);
        },
      });
    });
  globalThis.portalDatabase = createPrisma({ url: base.url, role: 'portal', applicationName: 'plans' });
  hear(globalThis.portalDatabase.pool, {});
  globalThis.portalTotalsPool = createTotalsPool(base.url);
  hear(globalThis.portalTotalsPool, totalsSettings);
  return async (work, also = {}) => {
    statements = [];
    await work();
    // What only the planner is asked reads no rows.
    const asked = statements.filter(
      ({ text }) => new RegExp(`\\b(${tables})\\b`).test(text) && !text.startsWith('explain '),
    );
    expect(asked.length).toBeGreaterThan(0);
    return complaintsOf(
      base,
      asked.map(({ settings, ...statement }) => ({ ...statement, settings: { ...settings, ...also } })),
    );
  };
}

function isSettings(told: unknown): boolean {
  return typeof told === 'object' && told !== null && 'name' in told && told.name === 'settings';
}

const Prepared = z.object({
  name: z.string().default(ofText),
  text: z.string(),
  values: z.array(z.unknown()).default([]),
});
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

/** What is wrong with plans, each explained as the role that asked with what really happened. */
async function complaintsOf(base: PortalBase, asked: readonly Statement[]): Promise<string[]> {
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
