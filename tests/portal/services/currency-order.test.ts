import { afterAll, beforeAll, expect, test } from 'vitest';
import { presetWindow } from '#portal/lists/windows';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { readCohortGrid } from '#portal/services/provider/analytics-shapes.service';
import { readSubscriptionCharts } from '#portal/services/provider/subscription-charts';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { summarizeSubscriptions } from '#portal/services/provider/subscriptions.service';
import { rollUpMovements } from '#tests/support/roll-up';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const provider = staffOf('provider');

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
}, 120_000);
afterAll(() => base.close());

test('the main currency is that of most invoices and payers, not that of the largest number, for the list, churn, charts and cohorts', async () => {
  await base.all.query(
    "insert into org (id, name) values ('tokyo', 'Tokyo'), ('osaka', 'Osaka'), ('boston', 'Boston')",
  );
  await base.all.query(
    `insert into subscription (org_id, id, status, price_minor, currency, interval, mrr_minor, created_at, version) values
      ('tokyo', 's', 'active', 1000000, 'JPY', 'month', 1000000, '2026-09-01', 1), ('boston', 's', 'active', 900000, 'USD', 'month', 900000, '2026-09-01', 1)`,
  );
  await base.all.query(
    `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor) values
      ('tokyo', 'a', 'JPY', 's', '2026-09-01', 'new', 1000000), ('boston', 'b', 'USD', 's', '2026-09-01', 'new', 900000)`,
  );
  await base.all.query(
    "insert into mrr_cohort (org_id, currency, month) values ('tokyo', 'JPY', '2026-09-01'), ('osaka', 'JPY', '2026-09-01'), ('boston', 'USD', '2026-09-01')",
  );
  await rollUpMovements(base.all);
  await base.all.query(
    `insert into metric_day_total (metric, day, currency, n, minor) values ('mrr.new', '2026-09-01', 'JPY', 2, 1000000),
      ('mrr.new', '2026-09-01', 'USD', 1, 900000), ('invoices.issued', '2026-10-01', 'USD', 2, 900000)`,
  );
  const query = subscriptionsList.parse({}, { zone: 'UTC', now });
  const { paying, churn } = await summarizeSubscriptions(provider, query, presetWindow('mtd', now, 'UTC'));
  const charts = await readSubscriptionCharts(provider, now);
  expect(paying.sums.map(({ currency }) => currency)).toEqual(['USD', 'JPY']);
  expect(churn.map(({ currency }) => currency)).toEqual(['USD', 'JPY']);
  const cohorts = await readCohortGrid(provider, analyticsList.parse({}, { zone: 'UTC', now }), now);
  expect([cohorts.currency, cohorts.otherCurrencies]).toEqual(['USD', ['JPY']]);
  expect([charts?.currency, charts?.otherCurrencies]).toEqual(['USD', ['JPY']]);
});
