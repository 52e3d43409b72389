/** One table of the seed: so many hundredths of all rows, made by one statement from the numbers `$1` to `$2`, the last of which is `$3`. */
export interface SeededTable {
  readonly table: string;
  readonly percent: number;
  readonly insert: string;
}

/** Orgs, however many rows. */
export const seedOrgs = 1_000;

// Everything is a function of the row's number, so that two seeds of one size are the same. Time goes on with the number, over 400 days.
const org = `'seed-' || to_char(g * 7919 % ${seedOrgs} + 1, 'FM0000')`;
const at = `(timestamptz '2026-11-20T00:00:00Z' - (($3::bigint - g)::float8 / $3::bigint) * interval '400 days')::timestamptz(3)`;
const of = (modulus: number, salt: number) => `(g * ${salt} % ${modulus})`;
const pick = (names: readonly string[], salt: number) =>
  `(array['${names.join("','")}'])[1 + ${of(names.length, salt)}]`;
const numbers = 'from generate_series($1::bigint, $2::bigint) as g';
const eventId = `'evt_' || substr(md5(g::text) || md5('e' || g::text), 1, 27)`;
const currency = pick(['EUR', 'USD', 'EUR', 'JPY'], 31);
const companies = ['Northwind', 'Contoso', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Vandelay'];

const lead = `insert into lead (org_id, id, status, source, name, email, company, value_minor, currency, fee_minor, fee_currency, received_at,
    converted_at, created_at, version)
  select ${org}, 'lead-' || g, status, ${pick(['web', 'web', 'referral', 'partner', 'fair'], 17)}, 'Person ' || g, 'p' || g || '@example.org',
    ${pick(companies, 13)} || ' ' || g % 5000, ${of(500_000, 997)}, 'EUR', case when status = 'converted' and g % 9 > 0 then 2500 end,
    case when status = 'converted' and g % 9 > 0 then 'EUR' end, ${at}, case when status = 'converted' then ${at} + interval '3 days' end, ${at}, 1
  from (select g, ${pick(['new', 'new', 'new', 'contacted', 'qualified', 'converted', 'disqualified'], 11)} as status ${numbers}) as s`;

const usage = `insert into usage_meter (org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at)
  select ${org}, ${eventId}, 0, null, ${pick(['api.calls', 'api.calls', 'seats', 'storage.gb'], 19)}, ${of(9_000, 101)} + 0.5,
    ${at}, ${at} + interval '1 hour', ${at}, ${at} + interval '2 hours' ${numbers}`;

const activity = `insert into activity (org_id, event_id, entity_kind, entity_id, action, occurred_at, recorded_at)
  select ${org}, ${eventId}, 'lead', 'lead-' || g, 'lead.created', ${at}, ${at} ${numbers}`;

const event = `insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind,
    entity_id, occurred_at, received_at)
  select ${org}, ${eventId}, ${pick(['lead.created', 'ai.used', 'invoice.issued', 'incident.opened'], 23)}, '{"type":"seed","data":{"n":' || g || '}}',
    sha256(g::text::bytea), 'k' || g, 'fk_seed', 2, 'req-' || g, '192.0.2.0/24', 'lead', 'lead-' || g, ${at}, ${at} ${numbers}`;

const verdict = `insert into event_verdict (org_id, event_id, status, decided_at, received_at, rejection_code, rejection, workflow_id)
  select ${org}, ${eventId}, case when g % 200 = 0 then 'rejected' else 'applied' end, ${at}, ${at},
    case when g % 200 = 0 then 'refund_above_paid' end, case when g % 200 = 0 then 'more than was paid' end, 'events:seed:' || g / 500 ${numbers}`;

const attempt = `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id, event_id)
  select ${at}, 'req-' || g, 'events', case when g % 20 = 0 then 401 else 200 end, case when g % 20 = 0 then 'signature_invalid' else 'ok' end,
    ${of(50, 7)}, '192.0.2.0/24', 'fk_seed', ${org}, ${eventId} ${numbers}`;

const entry = `insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, outcome, event_id, detail, prev_hash, hash)
  select ${org}, g, ${at}, case when g % 50 = 0 then 'staff' else 'key' end, case when g % 50 = 0 then 'dana@example.org' else 'fk_seed' end,
    ${pick(['event.applied', 'event.applied', 'event.rejected', 'ai.alert'], 67)}, 'lead/lead-' || g, case when g % 200 = 0 then 'failed' else 'ok' end, ${eventId}, case when g % 50 = 0 then '{}' else json_build_object('requestId', 'req-' || g, 'address', '192.0.2.0/24') end,
    sha256(g::text::bytea), sha256((g + 1)::text::bytea) ${numbers}`;

const ai = `insert into ai_usage_event (org_id, id, feature, model, credits, prompt_tokens, completion_tokens, meta, used_at, version)
  select ${org}, 'ai-' || g, ${pick(['lead_analysis', 'rfp_strategy', 'pricing', 'summary'], 29)}, ${pick(['small', 'large'], 3)},
    ${of(400, 53)} / 10.0, ${of(20_000, 57)}, ${of(4_000, 59)},
    jsonb_build_object('latencyMs', 120 + ${of(3_001, 71)} + case when g % 20 = 0 then 6000 else 0 end, 'outcome', case when g % 40 = 0 then 'timeout' else 'ok' end),
    ${at}, 1 ${numbers}`;

const subscription = `insert into subscription (org_id, id, status, plan, price_minor, currency, interval, quantity, mrr_minor, started_at, created_at, version)
  select ${org}, 'sub-' || g, ${pick(['active', 'active', 'active', 'past_due', 'canceled', 'trialing'], 37)}, ${pick(['team', 'pro', 'base'], 41)},
    9900, ${currency}, 'month', 1 + g % 9, 9900 * (1 + g % 9), ${at}, ${at}, 1 ${numbers}`;

const purchase = `insert into addon_purchase (org_id, id, status, sku, amount_minor, currency, quantity, refunded_minor, purchased_at, created_at, version)
  select ${org}, 'addon-' || g, case when g % 10 = 0 then 'refunded' else 'purchased' end, ${pick(['workshop', 'onboarding', 'export'], 43)}, 5000,
    ${currency}, 1, case when g % 10 = 0 then 5000 else 0 end, ${at}, ${at}, 1 ${numbers}`;

const incident = `insert into incident (org_id, id, status, title, severity, opened_at, resolved_at, response_due_at, resolution_due_at, created_at, version)
  select ${org}, 'incident-' || g, case when g % 25 = 0 then 'open' else 'resolved' end, 'Something is slow', ${pick(['low', 'medium', 'high', 'critical'], 47)},
    ${at}, case when g % 25 > 0 then ${at} + interval '5 hours' end, ${at} + interval '1 hour', ${at} + interval '8 hours', ${at}, 1 ${numbers}`;

const invoice = `insert into invoice (org_id, id, source, ref, status, number, stream, currency, subtotal_minor, total_minor, paid_minor, due_minor, issued_at, due_at,
    paid_at, created_at, version)
  select ${org}, 'invoice-' || g, 'reported', 'invoice-' || g, case when g % 12 = 0 then 'open' else 'paid' end, 'S' || g,
    ${pick(['usage', 'leads', 'subscriptions', 'addons', 'ai'], 61)}, ${currency}, 12000, 12000, case when g % 12 = 0 then 0 else 12000 end,
    case when g % 12 = 0 then 12000 else 0 end, ${at}, ${at} + interval '14 days', case when g % 12 > 0 then ${at} + interval '9 days' end, ${at}, 1
  ${numbers}`;

const payment = `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, at)
  select ${org}, 'invoice-' || g, 'p1', case when g % 12 = 0 then 'failed' else 'succeeded' end, 12000, ${currency}, 'transfer', ${at} + interval '9 days'
  ${numbers}`;

const line = `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
  select ${org}, 'invoice-' || g, 'line-' || g, ${pick(['usage', 'leads', 'subscriptions', 'addons', 'ai'], 61)}, 'Seeded', 12000, ${at},
    'seed:' || g ${numbers}`;

const period = `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, closed_at, usage_rows)
  select ${org}, ${pick(['api.calls', 'seats', 'storage.gb'], 19)}, ${at}, ${at} + interval '1 month', ${of(9_000, 101)}, 4200, ${currency},
    ${at} + interval '1 month', case when g < 0.9 * $3::bigint then ${at} + interval '32 days' end, ${of(90, 7)} ${numbers}`;

const movement = `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor)
  select ${org}, ${eventId}, ${currency}, 'sub-' || g, ${at}, ${pick(['expansion', 'new', 'contraction', 'expansion', 'churn', 'reactivation'], 83)}, 900
  ${numbers}`;

const entryOfLedger = `insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, at, fact)
  select ${org}, 'seed-' || g, 1, 'revenue', ${pick(['usage', 'leads', 'subscriptions', 'addons', 'ai'], 89)}, 'invoice-' || g, -12000, ${currency}, ${at}, 'charge'
  ${numbers}`;

/** In the order in which they are filled. The hundredths add up to all. */
export const seededTables: readonly SeededTable[] = [
  { table: 'event', percent: 10, insert: event },
  { table: 'event_verdict', percent: 10, insert: verdict },
  { table: 'activity', percent: 3, insert: activity },
  { table: 'delivery_attempt', percent: 7, insert: attempt },
  { table: 'lead', percent: 25, insert: lead },
  { table: 'usage_meter', percent: 15, insert: usage },
  { table: 'audit_log', percent: 5, insert: entry },
  { table: 'ai_usage_event', percent: 8, insert: ai },
  { table: 'subscription', percent: 1, insert: subscription },
  { table: 'addon_purchase', percent: 2, insert: purchase },
  { table: 'incident', percent: 1, insert: incident },
  { table: 'invoice', percent: 3, insert: invoice },
  { table: 'payment', percent: 3, insert: payment },
  { table: 'invoice_line', percent: 3, insert: line },
  { table: 'rated_period', percent: 1, insert: period },
  { table: 'mrr_movement', percent: 1, insert: movement },
  { table: 'billing_ledger', percent: 2, insert: entryOfLedger },
];
