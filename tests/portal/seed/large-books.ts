import type pg from 'pg';

interface Asked {
  readonly now: number;
  readonly rows: number;
  readonly days: number;
}

/** So many rows of each stream, of two organisations, spread over days up to now: more than a list's total tells. */
export async function seedLargeBooks(db: pg.Pool, { now, rows, days }: Asked): Promise<void> {
  await db.query("insert into org (id, name) values ('large', 'Large'), ('small', 'Small')");
  const made = `(select n, case when n % 3 = 0 then 'small' else 'large' end as org, to_timestamp($2::float8 / 1000)
    - ($1::int - n) * ($3::float8 * interval '1 day' / $1::int) as at from generate_series(1, $1::int) n) s`;
  const one = (names: readonly string[]) => `(array['${names.join("','")}'])[1 + n % ${names.length}]`;
  const statements = [
    `insert into lead (org_id, id, status, source, created_at, received_at, contacted_at, qualified_at, converted_at, fee_minor, fee_currency, version)
     select org, 'L-' || n, status, case when n % 11 > 0 then ${one(['web', 'web', 'fair', 'partner'])} end, at, case when n % 50 > 0 then at end,
       case when n % 4 < 3 then at + interval '1 minute' * (n % 997) end, case when n % 4 < 2 then at + interval '1 hour' * (20 + n % 97) end,
       case when status = 'converted' then at + interval '1 hour' * (24 + n % 900) end, case when n % 5 > 0 then n end,
       case when n % 5 > 0 then (array['EUR', 'JPY'])[1 + n % 2] end, 1
     from (select *, (array['new', 'converted', 'contacted', 'converted', 'qualified', 'disqualified', 'converted'])[1 + n % 7] as status from ${made}) l`,
    `insert into ai_usage_event (org_id, id, feature, meta, credits, cost_minor, currency, used_at, version)
     select org, 'A-' || n, ${one(['pricing', 'lead_analysis', 'summary', 'rfp_strategy', 'pricing'])}, case when n % 9 > 0 then jsonb_build_object('outcome',
       ${one(['ok', 'timeout', 'success', 'ok'])}, 'latencyMs', 50 + n * 7919 % 4001) end, n % 20 + 0.25, case when n % 2 = 0 then n % 13 end,
       case when n % 2 = 0 then ${one(['EUR', 'USD'])} end, at, 1 from ${made}`,
    `insert into addon_purchase (org_id, id, status, sku, amount_minor, currency, refunded_minor, created_at, version)
     select org, 'P-' || n, case when n % 8 = 0 then 'refunded' else 'purchased' end, case when n % 12 > 0 then 'sku-' || n % 5 end, 10, 'EUR',
       case when n % 8 = 0 then 10 else 0 end, at, 1 from ${made}`,
    `insert into incident (org_id, id, status, severity, opened_at, created_at, resolved_at, acknowledged_at, resolution_due_at, version)
     select org, 'C-' || n, case when n % 9 > 0 then 'resolved' else 'open' end, 'high', at - interval '1 minute' * (n % 700 + 1), at - interval '1 minute' * (n % 700 + 1),
       case when n % 9 > 0 then at end, case when n % 2 = 0 then at - interval '1 second' * (n % 60) end, at + interval '1 minute' * (n % 3 - 1), 1 from ${made}`,
    `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, total_minor, due_minor, paid_minor, issued_at, paid_at, created_at, version)
     select org, 'I-' || n, 'reported', 'I-' || n, status, ${one(['EUR', 'EUR', 'JPY'])}, n, n, case when status = 'paid' then 0 else n end,
       case when status = 'paid' then n else 0 end, case when status <> 'draft' then at end, case when status = 'paid' then at + interval '9 days' end, at, 1
     from (select *, (array['open', 'paid', 'draft', 'paid', 'uncollectible'])[1 + n % 5] as status from ${made}) i`,
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     select org, 'I-' || n, 'line-' || n, ${one(['leads', 'usage', 'ai'])}, 'Line', n, at, case when n % 4 = 0 and n > 5001 then 'lead:L-' || n - 5001 end from ${made}`,
  ];
  for (const text of statements) await db.query(text, [rows, now, days]);
  await seedGrowing(db, made, [rows, now, days]);
}

/** The trail and the log as they stand, without what is written beside them. */
async function seedGrowing(db: pg.Pool, made: string, values: readonly number[]) {
  const client = await db.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const text of [
      `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, outcome, detail, prev_hash, hash)
       select case when n % 10 = 0 then '_provider' else org end, n, at, (array['system', 'staff', 'operator'])[1 + n % 3], 'a', 'event.applied', 'lead/x',
         (array['ok', 'ok', 'failed', 'refused'])[1 + n % 4], '{}', sha256(n::text::bytea), sha256((n + 1)::text::bytea) from ${made}`,
      `insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, occurred_at, received_at)
       select org, 'evt_' || n, 'lead.created', '{}', sha256(n::text::bytea), 'k' || n, case when n % 40 = 0 then 'staff' else 'fk' end, 2, 'r', '-', at, at from ${made}`,
      `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, org_id, repeats)
       select at, 'r', 'events', case when n % 5 = 0 then 200 else 401 end, 'signature_invalid', 1, '-', org, 1 + n % 3 from ${made}`,
    ])
      await client.query(text, [...values]);
  } finally {
    client.release(true);
  }
}
