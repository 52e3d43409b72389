import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricTopics } from '#domain/metrics';
import { createPool, inTenants, keyedPlans } from '#prisma/pool';
import { jobWaits } from './histories.ts';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { makeOrg } from '../../support/events.ts';

const days = 2_000;

let database: TestDatabase;
let admin: pg.Pool;
let worker: pg.Pool;
let org: string;

// Plans are made while the tables are empty, as on the first day of a worker; then five and a half years pass, with one row a day.
beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 2);
  worker = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test', ...jobWaits });
  org = await makeOrg(admin);
  for (const topic of metricTopics) for (let use = 0; use < 7; use++) await rowsRead(topic);
  const day = "timestamptz '2021-01-01T12:00Z' + n * interval '1 day'";
  const sources = [
    `lead (org_id, id, status, created_at, converted_at, received_at, version) select $1, n::text, 'converted', ${day}, ${day}, ${day}, 1`,
    `usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
      select $1, n::text, 0, 'm' || n % 3, 1, ${day}, ${day} + interval '1 hour', ${day}, ${day}`,
    `addon_purchase (org_id, id, status, amount_minor, currency, created_at, version) select $1, n::text, 'purchased', 100, 'EUR', ${day}, 1`,
    `addon_refund (org_id, event_id, purchase_id, amount_minor, refunded_at) select $1, n::text, n::text, 1, ${day}`,
    `incident (org_id, id, status, created_at, resolved_at, version) select $1, n::text, 'resolved', ${day}, ${day}, 1`,
    `invoice (org_id, id, source, ref, status, currency, issued_at, paid_at, created_at, version)
      select $1, n::text, 'reported', n::text, 'paid', 'EUR', ${day}, ${day}, ${day}, 1`,
    `payment (org_id, invoice_id, ref, status, amount_minor, currency, at) select $1, n::text, 'p', 'succeeded', 100, 'EUR', ${day}`,
    `ai_usage_event (org_id, id, feature, credits, used_at, version) select $1, n::text, 'pricing', 1, ${day}, 1`,
    `billing_ledger (org_id, transaction_id, entry, account, amount_minor, currency, at, fact)
      select $1, n::text, e, (array['receivable', 'tax'])[e], 3 - 2 * e, 'EUR', ${day}, 'issued'`,
    `mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor) select $1, n::text, 'EUR', 's', ${day}, 'expansion', 1`,
  ];
  for (const source of sources) {
    const entries = source.startsWith('billing_ledger') ? ', generate_series(1, 2) as e' : '';
    await admin.query(`insert into ${source} from generate_series(1, ${days}) as n${entries}`, [org]);
  }
});

afterAll(async () => {
  await worker.end();
  await admin.end();
  await database.drop();
});

/** Rows of tables that one day of a topic looks at. */
async function rowsRead(topic: string): Promise<number> {
  return inTenants(
    worker,
    [org],
    async (client) => {
      await client.query({
        name: `figures-${topic}`,
        text: `select * from metrics_of_${topic}($1, $2)`,
        values: [[org], ['2023-05-05']],
      });
      const { rows } = await client.query<{ read: number }>({
        name: 'rows-read',
        text: 'select coalesce(sum(coalesce(idx_tup_fetch, 0) + coalesce(seq_tup_read, 0)), 0)::int as read from pg_stat_xact_user_tables',
      });
      return rows[0]?.read ?? 0;
    },
    keyedPlans,
  );
}

test.each(metricTopics.filter((topic) => topic !== 'credits' && topic !== 'refunds'))(
  'a day of %s costs what the day has, not what came before it, by a plan that was made for empty tables',
  async (topic) => {
    const read = await rowsRead(topic);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(40);
  },
);
