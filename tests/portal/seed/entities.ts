import type pg from 'pg';

/** A member of staff who may no longer sign in. */
export const dana = '0190b6a0-0000-7000-8000-00000000da7a';

export interface EntitiesOptions {
  readonly now: number;
  readonly orgs: number;
  /** Of each kind of thing. */
  readonly rows: number;
  /** Between two of a kind, where they do not share a millisecond. */
  readonly everyMs: number;
  /** After so many of a kind nothing comes for so many days; without it there is something of every day. */
  readonly gap?: { readonly rows: number; readonly days: number } | undefined;
}

/** How much earlier a row is than without gaps. */
export function silenceOf(gap: EntitiesOptions['gap']): string {
  return gap ? `(n / ${gap.rows}) * interval '${gap.days} days'` : `interval '0'`;
}

/**
 * Things of every kind, made by the database itself: five to a millisecond, the first org has half of them, some states are rare.
 * Their ids do not sort as their instants do.
 */
export async function seedEntities(db: pg.Pool, { now, orgs, rows, everyMs, gap }: EntitiesOptions): Promise<void> {
  await db.query(
    "insert into org (id, name) select 'org-' || n, 'Org ' || n from generate_series(0, $1::int - 1) n on conflict do nothing",
    [orgs],
  );
  const made = `(select n, 'org-' || case when n % 2 = 0 then 0 else n % ${orgs} end as org,
    to_timestamp($2::float8 / 1000) - (n / 5) * $3::float8 * interval '1 millisecond' - ${silenceOf(gap)} as at, md5(n::text) as hash
    from generate_series(1, $1::int) n) s`;
  const values = [rows, now, everyMs];
  await db.query(
    `insert into lead (org_id, id, status, source, company, email, value_minor, currency, fee_minor, fee_currency, created_at, converted_at, version)
     select org, 'L-' || hash, status, case n % 50 when 0 then 'partner' else (array['web', 'referral', 'api'])[1 + n % 3] end,
       'Company ' || n, 'lead' || n || '@example.com', n * 100, case when n % 7 = 0 then 'JPY' else 'EUR' end,
       case when status = 'converted' and n % 9 > 0 then 2500 end, case when status = 'converted' and n % 9 > 0 then 'EUR' end,
       at, case when status = 'converted' then at + interval '1 hour' * (n % 900) end, 1
     from (select *, (array['new', 'contacted', 'qualified', 'converted', 'new', 'disqualified'])[1 + n % 6] as status from ${made}) l`,
    values,
  );
  await db.query(
    `insert into invoice (org_id, id, source, ref, status, currency, created_at, version)
     select id, 'inv_' || id, 'rated', '2026-11-01:EUR', 'draft', 'EUR', now(), 1 from org where id like 'org-%'`,
  );
  await db.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     select org_id, 'inv_' || org_id, 'lead:' || id, 'leads', 'Lead', 2500, created_at, 'lead:' || id from lead
     where status = 'converted' and fee_minor is not null and value_minor % 400 <> 0`,
  );
  await db.query(
    `insert into subscription (org_id, id, status, plan, price_minor, currency, interval, mrr_minor, started_at, renews_at, canceled_at, created_at, version)
     select org, 'S-' || hash, status, case n % 40 when 0 then 'enterprise' else (array['starter', 'team', 'business'])[1 + n % 3] end, 1000 + n % 9, 'EUR',
       'month', case when status in ('active', 'past_due') then 1000 + n % 9 else 0 end, at, at + interval '30 days',
       case when status = 'canceled' then at + interval '9 days' end, at, 1
     from (select *, (array['active', 'active', 'past_due', 'canceled', 'trialing', 'active', 'incomplete'])[1 + n % 7] as status from ${made}) l`,
    values,
  );
  // Each subscription began, and what is no longer active was changed since: what moved, of every kind, some of them rare.
  await db.query(
    `insert into subscription_change (org_id, event_id, subscription_id, changed_at, action, status, plan, price_minor, currency, interval, quantity, mrr_minor)
     select org_id, 'evt_' || md5(id), id, created_at, 'subscription.created', 'active', plan, price_minor, currency, interval, quantity, price_minor
     from subscription where id like 'S-%'`,
  );
  await db.query(
    `insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind, entity_id,
       occurred_at, received_at)
     select org_id, 'evt_' || md5(id), 'subscription.created', '{}', sha256(id::bytea), id, 'fk_seed', 2, id, '', 'subscription', id, created_at, created_at
     from subscription where id like 'S-%'`,
  );
  await db.query(
    `insert into event_verdict (org_id, event_id, status, decided_at, received_at, workflow_id)
     select org_id, 'evt_' || md5(id), 'applied', created_at, created_at, 'events:seed' from subscription where id like 'S-%'`,
  );
  await db.query(
    `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor)
     select org_id, 'evt_' || md5(id), currency, id, created_at, case when price_minor % 9 = 0 and quantity = 1 and plan = 'enterprise' then 'reactivation'
         else (array['new', 'expansion', 'churn', 'contraction', 'reactivation'])[1 + price_minor % 5] end, price_minor
     from subscription where id like 'S-%'`,
  );
  await db.query(
    `insert into addon_purchase (org_id, id, status, sku, amount_minor, currency, refunded_minor, purchased_at, created_at, version)
     select org, 'P-' || hash, (array['purchased', 'purchased', 'partly_refunded', 'refunded'])[1 + n % 4],
       case n % 45 when 0 then 'audit-pack' else (array['seats', 'storage'])[1 + n % 2] end, 4000 + n, 'EUR',
       case n % 4 when 2 then 1000 when 3 then 4000 + n else 0 end, at, at, 1 from ${made}`,
    values,
  );
  await db.query(
    `insert into staff_member (id, email, name, roles, disabled_at) values ('${dana}', 'dana@example.com', 'Dana', '{provider}', now())
     on conflict do nothing`,
  );
  await db.query(
    `insert into incident (org_id, id, status, title, severity, level, opened_at, resolved_at, first_resolved_at, response_due_at, resolution_due_at,
       created_at, acknowledged_at, acknowledged_by, assignee, version)
     select org, 'I-' || hash, status, 'Incident ' || n, (array['critical', 'high', 'medium', 'low'])[1 + n % 4], case when n % 5 = 1 then 2 end, at,
       resolved_at, resolved_at, at + interval '1 hour', at + interval '6 hours', at, case when n % 3 = 0 then at + interval '9 minutes' end,
       case when n % 3 = 0 then 'dana@example.com' end, case when n % 2 = 0 then '${dana}'::uuid end, 1
     from (select *, case when status = 'resolved' then at + interval '1 hour' * (n % 12) end as resolved_at
       from (select *, case when n % 20 < 4 then (array['open', 'escalated', 'open'])[1 + n % 3] else 'resolved' end as status from ${made}) l) m`,
    values,
  );
  await db.query(
    `insert into ai_usage_event (org_id, id, feature, model, credits, prompt_tokens, completion_tokens, cost_minor, currency, used_at, version, is_over_cap)
     select org, 'A-' || hash, case n % 60 when 0 then 'pricing' else (array['lead_analysis', 'rfp_strategy'])[1 + n % 2] end, 'model-' || n % 3, n % 20 + 0.5,
       100, 50, 3, 'EUR', at, 1, n % 25 = 0 from ${made}`,
    values,
  );
  await db.query(
    `insert into ai_alert (org_id, month, level, fired_at, acknowledged_at)
     select 'org-' || o, date_trunc('month', to_timestamp($1::float8 / 1000) at time zone 'UTC')::date, l, to_timestamp($1::float8 / 1000),
       case when l = 75 then to_timestamp($1::float8 / 1000) end
     from unnest(array[1, 3]) o, unnest(array[75, 90]) l where 'org-' || o in (select id from org)`,
    [now],
  );
  await db.query(
    `insert into evaluation_run (org_id, id, suite, commit, model, passed, failed, completed_at, meta, version)
     select org, 'E-' || hash, case n % 45 when 0 then 'rare' else (array['answers', 'routing'])[1 + n % 2] end, 'c' || hash, 'model-' || n % 3,
       20 - n % 4, n % 4, at, case when n % 5 > 0 then jsonb_build_object('branch', (array['main', 'next'])[1 + n % 2], 'costMinor', n % 90,
         'currency', 'EUR', 'durationMs', case n % 7 when 0 then 'long' else '81000' end::text, 'latencyMs', 900 + n % 100) end, 1 from ${made}`,
    values,
  );
  await db.query(
    `insert into meter (id, name, aggregation) values ('emails', 'E-mails', 'sum'), ('calls', 'Calls', 'sum'), ('rare', 'Rare', 'max')`,
  );
  await db.query(
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, closed_at, usage_rows)
     select 'org-' || o, m, date_trunc('month', to_timestamp($2::float8 / 1000)) - k * interval '1 month',
       date_trunc('month', to_timestamp($2::float8 / 1000)) - (k - 1) * interval '1 month', 100 + k, 900 + k, 'EUR', now(),
       case when k > 0 then now() end, 5
     from generate_series(0, $1::int - 1) o, unnest(array['emails', 'calls', 'rare']) m, generate_series(0, $3::int) k where m <> 'rare' or o % 9 = 0`,
    [orgs, now, Math.max(11, Math.min(500, Math.floor(rows / 100)))],
  );
  // The last closed window waits on a draft; some were adjusted, lately or long ago; of what is open every third meter is silent.
  await db.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, meter, period_start, period_end)
     select org_id, 'inv_' || org_id, 'usage:' || meter || ':' || period_start || ':1', 'usage', meter, booked_minor, now(), meter, period_start, period_end
     from rated_period where closed_at is not null and period_end > to_timestamp($1::float8 / 1000) - interval '40 days'`,
    [now],
  );
  await db.query(
    `update rated_period set adjusted_at = period_end + interval '3 days', late_at = period_end + interval '3 days', late_rows = 2
     where closed_at is not null and meter = 'emails' and org_id ~ '[1-5]$' and extract(month from period_start)::int % 2 = 0`,
  );
  await db.query(
    `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
     select org_id, 'evt_' || meter, 0, meter, 5, period_start, period_start + interval '1 hour', period_start,
       to_timestamp($1::float8 / 1000) - case when org_id ~ '[147]$' then interval '2 days' else interval '2 hours' end
     from rated_period where closed_at is null`,
    [now],
  );
  await db.query(
    `insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
     select 'org-' || o, 'unknown-' || o % 3, date_trunc('month', to_timestamp($2::float8 / 1000)) - k * interval '1 month',
       to_timestamp($2::float8 / 1000) + k * interval '1 month', (array['no_plan', 'unknown_meter', 'no_price'])[1 + (o + k) % 3], 7, 70,
       to_timestamp($2::float8 / 1000) from generate_series(0, $1::int - 1) o, generate_series(0, 11) k`,
    [orgs, now],
  );
  await seedAudit(db, made, values);
  await seedKeys(db, made, values);
  await db.query('analyze');
}

/** Keys of every state; one in four has a secret that was rotated away, and for half of those it still verifies. */
async function seedKeys(db: pg.Pool, made: string, values: readonly unknown[]) {
  const told = 'to_timestamp($2::float8 / 1000)';
  await db.query(
    `insert into federation_key (org_id, id, name, scopes, state, created_at, last_used_at, expires_at)
     select org, 'fk_' || hash, case when n % 3 = 0 then 'nightly ' || n else '' end,
       case n % 3 when 0 then '{events}'::text[] when 1 then '{usage}' else '{events,usage}' end, case when n % 7 = 0 then 'disabled' else 'active' end, at,
       case when n % 2 = 0 then ${told} - interval '1 day' * (n % 60) end, case when n % 5 = 0 then ${told} + interval '1 day' * (n % 20 - 5) end
     from ${made} where n <= 2000`,
    [...values],
  );
  await db.query(
    `insert into federation_secret (org_id, key_id, version, kek_id, iv, ciphertext, tag, last_four, valid_until)
     select org, 'fk_' || hash, v, 'k1', decode(left(hash, 24), 'hex'), decode(hash || hash, 'hex'), decode(hash, 'hex'), 'abcd',
       case when v = 1 then ${told} + case when n % 8 = 0 then interval '1 hour' else interval '-1 hour' end end
     from ${made} cross join generate_series(case when n % 4 = 0 then 1 else 2 end, 2) v where n <= 2000 and $3::float8 is not null`,
    [...values],
  );
}

/** Mostly the engine's own entries, some of people, some that failed. Their chains are not real. */
async function seedAudit(db: pg.Pool, made: string, values: readonly unknown[]) {
  await db.query(
    `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, event_id, verdict, outcome, detail, prev_hash, hash)
     select org, n, at, case when n % 100 = 1 then 'staff' when n % 100 = 3 then 'system' else 'key' end,
       case when n % 100 = 1 then 'dana@example.com' when n % 200 = 3 then 'job:dunning:' || n when n % 100 = 3 then 'event:' || n else 'fk_' || n % 500 end,
       case when n % 100 = 1 then 'command.void' when n % 30 = 0 then 'event.rejected' else 'event.applied' end,
       (array['lead/L-', 'incident/I-', 'invoice/N-'])[1 + n % 3] || n % 1000, case when n % 100 = 1 then null else 'evt_' || substr(hash, 1, 27) end, 1,
       case when n % 30 = 0 then 'rejected' else 'ok' end, case n % 100 when 1 then json_build_object('address', '192.0.2.' || n / 100 % 3)
         when 3 then '{}' else json_build_object('requestId', 'req_' || n) end,
       decode(hash, 'hex'), decode(md5(hash), 'hex') from ${made}`,
    [...values],
  );
}
