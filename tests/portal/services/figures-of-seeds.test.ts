import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { comparisonOf } from '#portal/components/kpi/kpi';
import { sumsText } from '#portal/components/sums-text';
import { createPool } from '#prisma/pool';
import { jobWaits } from '#tests/activities/metrics/histories';
import { rollUpMetrics } from '#tests/support/roll-up';
import { seedBooks } from '../seed/books.ts';
import { seedEntities } from '../seed/entities.ts';
import { createRandom } from '../seed/random.ts';
import { lists, log } from './listed.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const slot = { slot: '2026-11-24T14:00', at: now, isForced: false };
let base: PortalBase;
let tables: readonly string[];

beforeAll(async () => {
  base = await openPortalBase(now);
  const { rows } = await base.all.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  tables = rows.map(({ name }) => name);
});
// A superuser may empty also what is only ever added to.
afterEach(() =>
  base.all.query(`begin; set local session_replication_role = replica; truncate ${tables.join(', ')}; commit`),
);
afterAll(() => base.close());

/** Some weeks of a few things a day, with days on which nothing came. */
async function seed(number: number) {
  const random = createRandom(number);
  const gap = { rows: 15 + random.below(40), days: 2 + random.below(4) };
  const told = { now, orgs: 3 + random.below(5), rows: 200, everyMs: (1 + random.below(5)) * 3_600_000, gap };
  await seedEntities(base.all, told);
  await seedBooks(base.all, told);
  const worker = createPool({ url: base.url, role: 'worker', max: 2, applicationName: 'test', ...jobWaits });
  await rollUpMetrics(worker, slot);
  await worker.end();
  const { rows } = await base.all.query<{ days: number; span: number }>(
    `select count(distinct created_at::date)::int as days, max(created_at)::date - min(created_at)::date + 1 as span from lead`,
  );
  return rows[0];
}

test.each([1, 2, 3, 5, 8])(
  'K5, O2: seed %i, with days without rows: each figure of 7 and of 30 days is the count and the sum of the list it links to, once days are rolled up',
  async (number) => {
    const days = await seed(number);
    expect(days?.days).toBeLessThan(days?.span ?? 0);
    for (const list of lists) {
      for (const from of ['7d', '30d']) {
        for (const { href, count, metric, sums, ...kpi } of await list.figures({ from }, now)) {
          const url = new URL(href, 'http://portal');
          const linked = [...lists, log].find(({ path }) => path === url.pathname);
          if (!linked) throw new Error(`${href} is no list`);
          const page = await linked.read(Object.fromEntries(url.searchParams), now);
          const shown = {
            count: page.count.value,
            sums: metric.sum && sums && sumsText(page.sums?.[metric.sum] ?? []),
          };
          const told = { count: count ?? comparisonOf(kpi)?.value, sums: metric.sum && sums && sumsText(sums) };
          expect(told, `${metric.id} of ${list.name} links to ${href}`).toEqual(shown);
        }
      }
    }
  },
  60_000,
);
