import type pg from 'pg';
import { silenceOf } from './entities.ts';
import type { EntitiesOptions } from './entities.ts';

/**
 * Invoices, what was tried to collect them, and what reconciliation found, made by the database itself for orgs that are there. Some states are
 * rare. They are rows to page through: no ledger stands behind them.
 */
export async function seedBooks(db: pg.Pool, { now, orgs, rows, everyMs, gap }: EntitiesOptions): Promise<void> {
  const made = `(select n, 'org-' || case when n % 2 = 0 then 0 else n % ${orgs} end as org,
    to_timestamp($2::float8 / 1000) - (n / 5) * $3::float8 * interval '1 millisecond' - ${silenceOf(gap)} as at, md5(n::text) as hash
    from generate_series(1, $1::int) n) s`;
  const values = [rows, now, everyMs];
  await db.query(
    `insert into invoice (org_id, id, source, ref, number, status, currency, subtotal_minor, total_minor, paid_minor, due_minor, issued_at, due_at,
       created_at, version)
     select org, 'inv-' || hash, source, 'ref-' || n, case when status <> 'draft' then 'N-' || n end, status, case when n % 9 = 0 then 'JPY' else 'EUR' end,
       1000 + n, 1000 + n, case when status = 'paid' then 1000 + n else 0 end, case when status = 'paid' then 0 else 1000 + n end,
       case when status <> 'draft' then at end, case when status <> 'draft' then at + interval '1 hour' end, at, 1
     from (select *, case when n % 50 = 3 then 'reported' else 'rated' end as source,
       case when n % 40 = 0 then 'uncollectible' when n % 20 < 2 then 'open' when n % 20 = 2 then 'draft' else 'paid' end as status from ${made}) i`,
    values,
  );
  // Each line looks its invoice up: by what is known of a table that had one a tenant, the look-up would go through all of the tenant's.
  await db.query('analyze invoice');
  await db.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at)
     select org, 'inv-' || hash, 'line:' || n, case n % 45 when 0 then 'ai' else (array['leads', 'usage'])[1 + n % 2] end, 'Line ' || n, 1000 + n, at from ${made}`,
    values,
  );
  await db.query(
    `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, failure_code, at)
     select org, 'inv-' || hash, 'pay-' || n, case when n % 30 = 1 then 'failed' else 'succeeded' end, 1000 + n, case when n % 9 = 0 then 'JPY' else 'EUR' end,
       case when n % 10 = 0 then 'credit' else 'card' end, case when n % 30 = 1 then 'card_declined' end, at from ${made}`,
    values,
  );
  await db.query(
    `insert into dunning_case (org_id, id, invoice_id, state, opened_at, policy, failed_on, steps_left, paused_at)
     select org_id, id, id, case when right(id, 1) < '8' then 'retrying' else 'exhausted' end, issued_at, '{"retryDays": [1, 3, 5, 7]}', issued_at::date,
       '{3,4}', case when right(id, 1) = '1' then issued_at end from invoice where status = 'open' and right(id, 1) < 'c'`,
  );
  await db.query(
    `insert into reconciliation_cell
     select 'org-' || o, date_trunc('month', to_timestamp($2::float8 / 1000)) - k * interval '1 month', s || ':' || c, s, c, 1000 + g, 1000, 900, 0, g,
       (g <> 0)::int, case when g <> 0 then '[{"source": "lead:L-1", "expected": "7", "invoiced": "0"}]'::jsonb else '[]' end
     from generate_series(0, $1::int - 1) o, generate_series(0, $3::int) k, unnest(array['leads', 'usage', 'ai']) s, unnest(array['EUR', 'JPY']) c,
       lateral (select case when (o * 31 + k * 7 + length(s)) % 29 = 0 then 7 else 0 end as g) g where c = 'EUR' or o % 5 = 0`,
    [orgs, now, Math.max(11, Math.min(240, Math.floor(rows / 250)))],
  );
  await db.query(
    `insert into credit_balance (org_id, granted, used, expired, remaining, overage, computed_at)
     select id, 100, 40, 0, 60, 0, to_timestamp($1::float8 / 1000) from org where id like 'org-%'`,
    [now],
  );
  await db.query('analyze');
}
