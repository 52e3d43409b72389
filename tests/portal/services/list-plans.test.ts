import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedBooks } from '../seed/books.ts';
import { seedEntities } from '../seed/entities.ts';
import { lists } from './listed.ts';
import { watchPlans } from './plan-watch.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const rows = 60_000;
/** Two months of them, so that a month is a part and not the whole. */
const everyMs = 430_000;
const tables =
  'audit_log|lead|subscription|mrr_movement|addon_purchase|incident|ai_usage_event|rated_period|unrated_usage|evaluation_run|listed_invoice|listed_overdue|listed_payment|listed_credit|reconciliation_cell';

let base: PortalBase;
let watch: ReturnType<typeof watchPlans>;

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 50, rows, everyMs });
  await seedBooks(base.all, { now, orgs: 50, rows, everyMs });
  await base.all.query('vacuum analyze');
  watch = watchPlans(base, tables);
}, 180_000);
afterAll(() => base.close());

// Keys are hundreds at most: a table that fits on a few pages is best read whole.
describe.each(lists.filter(({ name }) => name !== 'keys'))(
  'with 60,000 of each no query of $name scans a table',
  ({ filters, plannedApart, read, figures }) => {
    const params = [{}, { from: '7d' }, { org: 'org-7' }, ...filters.map(([one]) => one)];
    test.each(params.filter((one) => !Object.values(one).some((value) => plannedApart.includes(value))))(
      'the list of %j, its first page, the next and the one before',
      async (told) => {
        expect(
          await watch(async () => {
            const first = await read(told, now);
            if (!first.next) return;
            const second = await read({ ...told, after: first.next }, now);
            await read({ ...told, before: second.previous ?? '' }, now);
          }),
        ).toEqual([]);
      },
    );

    test('the figures', async () => {
      const complaints = await watch(() => figures({ from: '7d' }, now));
      // Churn is of all movements there ever were: a narrow table, which is read whole.
      const scans = complaints.filter((complaint) => complaint.startsWith('scans'));
      expect(scans.filter((complaint) => !complaint.includes('mrr_movement'))).toEqual([]);
    });
  },
);
