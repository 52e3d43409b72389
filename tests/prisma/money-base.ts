import type pg from 'pg';
import type { Told } from '../support/events.ts';

/** Invoices that the tenant reports: one refunded in part, one paid over its total, so that the org has 200 of credit. */
export const reportedInvoices: Told[] = [['REP-1', 900, 900, 300] as const, ['REP-2', 500, 700, 0] as const].flatMap(
  ([invoiceId, amountMinor, paidMinor, refundedMinor], index): Told[] => [
    {
      type: 'invoice.issued',
      at: 10 * index,
      data: { invoiceId, stream: 'usage', amountMinor, currency: 'EUR', dueAt: '2026-02-01T00:00:00Z' },
    },
    {
      type: 'invoice.paid',
      at: 10 * index + 1,
      data: { invoiceId, paymentId: `${invoiceId}-P`, amountMinor: paidMinor, currency: 'EUR' },
    },
    ...(refundedMinor > 0
      ? [
          {
            type: 'invoice.refunded' as const,
            at: 10 * index + 2,
            data: { invoiceId, refundId: `${invoiceId}-R`, amountMinor: refundedMinor, currency: 'EUR' },
          },
        ]
      : []),
  ],
);

// A month of the org `acme` as rating, closing and collection leave it: a paid invoice that was refunded in part, an open one that credit paid
// in part, one without an outcome yet, one written off, a draft, and the rated periods of its usage.
const rated = `
  insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum'), ('peak', 'Peak', 'max'), ('seats', 'Seats', 'latest'),
    ('ai.overage', 'AI', 'sum') on conflict do nothing;
  update meter set aggregation = 'sum' where id = 'calls';
  insert into invoice (org_id, id, source, ref, status, number, currency, subtotal_minor, tax_minor, total_minor, paid_minor, due_minor,
      credited_minor, refunded_minor, created_at, version) values
    ('acme', 'inv_paid', 'rated', '2026-01-01:EUR', 'paid', 'INV-000001', 'EUR', 1000, 190, 1190, 1190, 0, 0, 100, now(), 1),
    ('acme', 'inv_open', 'rated', '2026-02-01:EUR', 'open', 'INV-000002', 'EUR', 500, 0, 500, 150, 300, 50, 0, now(), 1),
    ('acme', 'inv_asked', 'rated', '2026-02-01:USD', 'open', 'INV-000003', 'USD', 70, 0, 70, 0, 70, 0, 0, now(), 1),
    ('acme', 'inv_lost', 'rated', '2026-03-01:USD', 'uncollectible', 'INV-000004', 'USD', 40, 0, 40, 0, 0, 40, 0, now(), 1),
    ('acme', 'inv_draft', 'rated', '2026-03-01:EUR', 'draft', null, 'EUR', -25, 0, -25, 0, -25, 0, 0, now(), 1);
  update invoice_counter set last_number = 4;
  insert into invoice_line (org_id, invoice_id, source_key, stream, description, quantity, amount_minor, created_at, meter, period_start, period_end)
    values
    ('acme', 'inv_paid', 'usage:m:2026-01-01T00:00:00.000Z:1', 'usage', 'm', 1, 300, now(), 'm', '2026-01-01Z', '2026-02-01Z'),
    ('acme', 'inv_paid', 'usage:m:2026-01-01T00:00:00.000Z:2', 'usage', 'm', 1, 100, now(), 'm', '2026-01-01Z', '2026-02-01Z'),
    ('acme', 'inv_paid', 'lead:l', 'leads', 'A lead', 1, 600, now(), null, null, null),
    ('acme', 'inv_open', 'addon:a', 'addons', 'An add-on', 1, 500, now(), null, null, null),
    ('acme', 'inv_asked', 'addon:b', 'addons', 'An add-on', 1, 70, now(), null, null, null),
    ('acme', 'inv_lost', 'addon:c', 'addons', 'An add-on', 1, 40, now(), null, null, null),
    ('acme', 'inv_draft', 'addon-refund:e', 'addons', 'A refund', 1, -25, now(), null, null, null);
  insert into payment (org_id, invoice_id, ref, attempt, status, amount_minor, currency, method, provider, provider_key, provider_ref, at, settled_at)
    values
    ('acme', 'inv_paid', '1', 1, 'failed', 1190, 'EUR', 'card', 'sandbox', 'pay:inv_paid:1', null, now() - interval '2 h', now()),
    ('acme', 'inv_paid', '2', 2, 'succeeded', 1190, 'EUR', 'card', 'sandbox', 'pay:inv_paid:2', 'ch_1', now() - interval '1 h', now() - interval '1 h'),
    ('acme', 'inv_open', 'credit', null, 'succeeded', 150, 'EUR', 'credit', null, null, null, now(), now()),
    ('acme', 'inv_asked', '1', 1, 'unknown', 70, 'USD', 'card', 'sandbox', 'pay:inv_asked:1', null, now() - interval '1 h', null);
  insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, at, status, paid_to) values
    ('acme', 'inv_paid', 'r', '2', 100, 'EUR', now(), 'succeeded', 'cash'), ('acme', 'inv_paid', 's', '2', 50, 'EUR', now(), 'pending', 'cash');
  insert into credit_note (org_id, invoice_id, ref, kind, amount_minor, currency, at) values
    ('acme', 'inv_open', 'n', 'credit_note', 50, 'EUR', now()), ('acme', 'inv_lost', 'w', 'write_off', 40, 'USD', now());
  insert into provider_charge (provider, ref, org_id, invoice_id, provider_key, amount_minor, currency, status, charged_at, seen_at) values
    ('sandbox', 'ch_1', 'acme', 'inv_paid', 'pay:inv_paid:2', 1190, 'EUR', 'succeeded', now() - interval '1 h', now()),
    ('sandbox', 'ch_2', 'acme', 'inv_asked', 'pay:inv_asked:1', 70, 'USD', 'succeeded', now() - interval '1 h', now()),
    ('sandbox', 'ch_0', 'acme', 'inv_paid', 'pay:inv_paid:1', 1190, 'EUR', 'failed', now() - interval '2 h', now());
  insert into provider_watermark (provider, since, through, matched_at) values ('sandbox', now() - interval '1 day', now(), now());
  insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, at, fact) values
    ('acme', 'issued:inv_paid', 1, 'receivable', null, 'inv_paid', 1190, 'EUR', now(), 'issued'),
    ('acme', 'issued:inv_paid', 2, 'revenue', 'leads', 'inv_paid', -600, 'EUR', now(), 'issued'),
    ('acme', 'issued:inv_paid', 3, 'revenue', 'usage', 'inv_paid', -400, 'EUR', now(), 'issued'),
    ('acme', 'issued:inv_paid', 4, 'tax', null, 'inv_paid', -190, 'EUR', now(), 'issued'),
    ('acme', 'paid:inv_paid:2', 1, 'cash', null, 'inv_paid', 1190, 'EUR', now(), 'paid'),
    ('acme', 'paid:inv_paid:2', 2, 'receivable', null, 'inv_paid', -1190, 'EUR', now(), 'paid'),
    ('acme', 'refunded:inv_paid:r', 1, 'revenue', 'leads', 'inv_paid', 100, 'EUR', now(), 'refunded'),
    ('acme', 'refunded:inv_paid:r', 2, 'cash', null, 'inv_paid', -100, 'EUR', now(), 'refunded'),
    ('acme', 'issued:inv_open', 1, 'receivable', null, 'inv_open', 500, 'EUR', now(), 'issued'),
    ('acme', 'issued:inv_open', 2, 'revenue', 'addons', 'inv_open', -500, 'EUR', now(), 'issued'),
    ('acme', 'credit_used:inv_open', 1, 'credit', null, 'inv_open', 150, 'EUR', now(), 'credit_used'),
    ('acme', 'credit_used:inv_open', 2, 'receivable', null, 'inv_open', -150, 'EUR', now(), 'credit_used'),
    ('acme', 'credited:inv_open:n', 1, 'revenue', 'addons', 'inv_open', 50, 'EUR', now(), 'credited'),
    ('acme', 'credited:inv_open:n', 2, 'receivable', null, 'inv_open', -50, 'EUR', now(), 'credited'),
    ('acme', 'issued:inv_asked', 1, 'receivable', null, 'inv_asked', 70, 'USD', now(), 'issued'),
    ('acme', 'issued:inv_asked', 2, 'revenue', 'addons', 'inv_asked', -70, 'USD', now(), 'issued'),
    ('acme', 'issued:inv_lost', 1, 'receivable', null, 'inv_lost', 40, 'USD', now(), 'issued'),
    ('acme', 'issued:inv_lost', 2, 'revenue', 'addons', 'inv_lost', -40, 'USD', now(), 'issued'),
    ('acme', 'written_off:inv_lost', 1, 'bad_debt', null, 'inv_lost', 40, 'USD', now(), 'written_off'),
    ('acme', 'written_off:inv_lost', 2, 'receivable', null, 'inv_lost', -40, 'USD', now(), 'written_off');
  insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, at, fact, reversal_of) values
    ('acme', 'booked', 1, 'cash', null, null, 5, 'EUR', now(), 'paid', null), ('acme', 'booked', 2, 'credit', null, null, -5, 'EUR', now(), 'paid', null),
    ('acme', 'taken back', 1, 'cash', null, null, -5, 'EUR', now(), 'reversal', 'booked'),
    ('acme', 'taken back', 2, 'credit', null, null, 5, 'EUR', now(), 'reversal', 'booked');
  insert into ai_monthly_summary (org_id, month, feature, model, uses, credits, prompt_tokens, completion_tokens, computed_at)
    select org_id, '2026-01-01', feature, coalesce(model, ''), 1, credits, coalesce(prompt_tokens, 0), coalesce(completion_tokens, 0), now()
    from ai_usage_event;
  insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor) values
    ('acme', 'e1', 'EUR', 's', now(), 'new', 1000), ('acme', 'e2', 'EUR', 's', now(), 'contraction', 400);
  insert into job_slot (job, slot, status, holder, touched_at, started_at, finished_at) values
    ('nightly-rating', '2026-01-30', 'done', 'a', now(), now(), now()), ('nightly-rating', '2026-01-31', 'covered', null, now(), now(), now()),
    ('nightly-rating', '2026-02-01', 'partial', 'b', now(), now(), now()), ('dunning', '2026-01-31T23', 'done', 'a', now(), now(), now()),
    ('dunning', '2026-02-01T00', 'done', 'b', now(), now(), now()), ('dunning', '2026-02-01T01', 'running', 'c', now(), now(), null),
    ('monthly-rollup', '2026-01-07', 'done', 'a', now(), now(), now()), ('monthly-rollup', '2026-02-01', 'done', 'b', now(), now(), now());
  insert into job_run (job, slot, holder, outcome, started_at, finished_at)
    select job, slot, holder, status, now(), now() from job_slot where status in ('done', 'partial');
`;

// Usage of three more meters, as corrections by staff: a row of a command needs no event.
const usage = `
  insert into staff_command (org_id, id, kind, body, actor, reason, status)
    select 'acme', format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid, 'correct_usage', '{}', 'x', 'a test', 'done'
    from generate_series(1, 5) n;
  insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at, is_correction)
    select 'acme', 'staff:' || format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0')), 0, meter, quantity,
      '2026-01-01Z'::timestamptz + at * interval '1 h', '2026-01-01Z'::timestamptz + (at + 1) * interval '1 h', now(), now(), true
    from (values (1, 'calls', 7.5, 1), (2, 'calls', -2.5, 1), (3, 'peak', 4, 2), (4, 'seats', 9, 5), (5, 'seats', 3, 6)) as v(n, meter, quantity, at);
  insert into meter (id, name, aggregation) select distinct meter, meter, 'sum' from usage_meter on conflict do nothing;
  insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, usage_rows)
    select org_id, meter, '2026-01-01Z', '2026-02-01Z', case meter when 'peak' then 4 when 'seats' then 3 else sum(quantity) end,
      case meter when 'm' then 400 else 0 end, 'EUR', now(), count(*)
    from usage_meter where window_start >= '2026-01-01Z' and window_start < '2026-02-01Z' group by org_id, meter;
  insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
    select org_id, meter, '2025-01-01Z', '2025-02-01Z', 'no_plan', count(*), sum(quantity), now()
    from usage_meter where window_start < '2026-01-01Z' or window_start >= '2026-02-01Z' group by org_id, meter;
  insert into subscription (org_id, id, status, currency, quantity, mrr_minor, created_at, version) values
    ('acme', 's', 'active', 'EUR', 1, 600, now(), 1);
  insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind,
      entity_id, occurred_at, received_at)
    values ('acme', 'evt_s', 'subscription.created', '{}', sha256('x'), 'k', 'k', 2, 'r', 'a', 'subscription', 's', now(), now());
  insert into event_verdict (org_id, event_id, status, decided_at, received_at, workflow_id) values ('acme', 'evt_s', 'applied', now(), now(), 'w');
  insert into activity (org_id, event_id, entity_kind, entity_id, action, occurred_at) values
    ('acme', 'evt_s', 'subscription', 's', 'subscription.created', now());
  begin; select set_config('app.tenants', '{acme}', true);
  select append_audit('[{"org_id":"acme","actor_type":"tenant","actor":"k","action":"event.applied","subject":"s","event_id":"evt_s","verdict":1}]'); commit;
  delete from rating_mark; delete from metric_mark;
  update org_billing set next_rating_at = now();
`;

const figures = `insert into metric_day (metric, day, org_id, currency, n, minor)
  select metric, day, org_id, currency, split_part(computed, '/', 1)::bigint, split_part(computed, '/', 2)::bigint
  from metric_differences(current_date - 40, current_date + 1)`;

/** The money side of `acme`, as it shall be. */
export async function seedMoney(admin: pg.Pool): Promise<void> {
  await admin.query(rated);
  await admin.query(usage);
  await admin.query(figures);
}
