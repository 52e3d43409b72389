export interface Violated {
  readonly id: string;
  readonly clause: string;
  readonly sql: string;
}

const checks = 'alter table invoice drop constraint invoice_adds_up, drop constraint invoice_agrees;';
const entry = `insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, at, fact) values`;
const payment = `insert into payment (org_id, invoice_id, ref, attempt, status, amount_minor, currency, method, provider, provider_key, at, settled_at) values`;

/** A dispute of the paid invoice's payment that took so much. */
const disputed = (
  minor: number,
) => `insert into provider_dispute (provider, ref, org_id, invoice_id, charge_ref, amount_minor, currency, fee_minor, status,
  opened_at, seen_at, reversed_minor) values ('sandbox', 'du', 'acme', 'inv_paid', 'ch_1', ${minor}, 'EUR', 0, 'lost', now(), now(), ${minor})`;
const dueAgain = (minor: number) =>
  `update invoice set status = 'open', paid_minor = paid_minor - ${minor}, due_minor = ${minor} where id = 'inv_paid'`;

// Each breaks one clause of what is said of money, in the base of money-base.ts; what only an index or a check keeps out, without it.
export const moneyViolations: Violated[] = [
  {
    id: 'M1',
    clause: 'lines that do not come to the subtotal',
    sql: "update invoice_line set amount_minor = 599 where source_key = 'lead:l'",
  },
  {
    id: 'M1',
    clause: 'a draft that is not its lines',
    sql: "insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at) values ('acme', 'inv_draft', 'lead:z', 'leads', 'x', 3, now())",
  },
  {
    id: 'M1',
    clause: 'a total that is not its parts',
    sql: `${checks} update invoice set tax_minor = 191 where id = 'inv_paid'`,
  },
  {
    id: 'M1',
    clause: 'an open invoice without a number',
    sql: "update invoice set number = null where number = 'INV-000004'; update invoice_counter set last_number = 3",
  },
  {
    id: 'M1',
    clause: 'a gap in the numbers',
    sql: "update invoice set number = 'INV-000009' where number = 'INV-000004'",
  },
  { id: 'M1', clause: 'a counter that ran ahead', sql: 'update invoice_counter set last_number = 5' },
  {
    id: 'M2',
    clause: 'a total that is not paid, due and credited',
    sql: `${checks} update invoice set credited_minor = 51 where id = 'inv_open'`,
  },
  {
    id: 'M2',
    clause: 'a credited amount below 0',
    sql: `${checks} update invoice set credited_minor = -1, total_minor = -1, subtotal_minor = -1 where id = 'inv_draft';
      update invoice set due_minor = 0 where id = 'inv_draft'; update invoice_line set amount_minor = -1 where invoice_id = 'inv_draft'`,
  },
  {
    id: 'M2',
    clause: 'a draft that was credited',
    sql: "update invoice set credited_minor = 5, due_minor = -30 where id = 'inv_draft'",
  },
  {
    id: 'M2',
    clause: 'an open invoice with nothing due',
    sql: "update invoice set status = 'open' where id = 'inv_lost'",
  },
  {
    id: 'M2',
    clause: 'a paid invoice with something due',
    sql: "update invoice set status = 'paid' where id = 'inv_asked'",
  },
  { id: 'M2', clause: 'a void invoice with money', sql: "update invoice set status = 'void' where id = 'inv_paid'" },
  {
    id: 'M2',
    clause: 'an org that owes us credit',
    sql: `${entry} ('acme', 't', 1, 'cash', null, null, -99, 'EUR', now(), 'paid'), ('acme', 't', 2, 'credit', null, null, 99, 'EUR', now(), 'paid')`,
  },
  {
    id: 'M3',
    clause: 'a payment that paid does not know',
    sql: `${payment} ('acme', 'inv_open', 'c2', null, 'succeeded', 1, 'EUR', 'credit', null, null, now(), now())`,
  },
  {
    id: 'M3',
    clause: 'a payment in another currency',
    sql: "update payment set currency = 'USD' where invoice_id = 'inv_open'",
  },
  {
    id: 'M4',
    clause: 'refunds above the payment',
    sql: "update refund set amount_minor = 1091 where invoice_id = 'inv_paid' and ref = 's'",
  },
  { id: 'M4', clause: 'a refund of a failed payment', sql: "update refund set payment_ref = '1' where ref = 's'" },
  {
    id: 'M4',
    clause: 'refunds above what the invoice took',
    sql: "update refund set amount_minor = 1091, payment_ref = null where ref = 's'",
  },
  {
    id: 'M4',
    clause: 'a refund that the invoice does not know',
    sql: "update invoice set refunded_minor = 99 where id = 'inv_paid'",
  },
  { id: 'M4', clause: 'a refund in another currency', sql: "update refund set currency = 'USD' where ref = 's'" },
  {
    id: 'M5',
    clause: 'a transaction that does not balance',
    sql: `${entry} ('acme', 't', 1, 'bad_debt', null, null, 1, 'EUR', now(), 'paid')`,
  },
  {
    id: 'M5',
    clause: 'an entry of 0',
    sql: `${entry} ('acme', 't', 1, 'bad_debt', null, null, 0, 'EUR', now(), 'paid')`,
  },
  {
    id: 'M5',
    clause: 'revenue of no stream',
    sql: "update billing_ledger set stream = null where transaction_id = 'issued:inv_open' and entry = 2",
  },
  {
    id: 'M5',
    clause: 'a reversal of something else',
    sql: "update billing_ledger set amount_minor = amount_minor * 2 where transaction_id = 'taken back'",
  },
  {
    id: 'M6',
    clause: 'a receivable that is not due',
    sql: `${entry} ('acme', 't', 1, 'receivable', null, 'inv_open', 1, 'EUR', now(), 'paid'), ('acme', 't', 2, 'tax', null, 'inv_open', -1, 'EUR', now(), 'paid')`,
  },
  {
    id: 'M6',
    clause: 'a draft in the ledger',
    sql: `${entry} ('acme', 't', 1, 'receivable', null, 'inv_draft', 1, 'EUR', now(), 'issued'), ('acme', 't', 2, 'tax', null, 'inv_draft', -1, 'EUR', now(), 'issued')`,
  },
  {
    id: 'M6',
    clause: 'an invoice in the ledger alone',
    sql: `${entry} ('acme', 't', 1, 'receivable', null, 'inv_none', 1, 'EUR', now(), 'issued'), ('acme', 't', 2, 'tax', null, 'inv_none', -1, 'EUR', now(), 'issued')`,
  },
  {
    id: 'M6',
    clause: 'cash that no payment explains',
    sql: `${entry} ('acme', 't', 1, 'cash', null, 'inv_open', 1, 'EUR', now(), 'paid'), ('acme', 't', 2, 'tax', null, 'inv_open', -1, 'EUR', now(), 'paid')`,
  },
  {
    id: 'M6',
    clause: 'a reported invoice whose entries are gone',
    sql: "delete from billing_ledger where invoice_id = 'reported:REP-1'",
  },
  {
    id: 'M7',
    clause: 'two live payments of one attempt',
    sql: `drop index payment_org_id_invoice_id_attempt_key; ${payment} ('acme', 'inv_paid', '2b', 2, 'pending', 1190, 'EUR', 'card', 'sandbox', 'pay:inv_paid:2b', now(), null)`,
  },
  {
    id: 'M7',
    clause: 'two payments under way',
    sql: `drop index payment_live; ${payment} ('acme', 'inv_asked', '0', null, 'pending', 70, 'USD', 'card', 'sandbox', 'k', now(), null)`,
  },
  {
    id: 'M7',
    clause: 'a provider that charged more than the total',
    sql: "update provider_charge set status = 'succeeded', amount_minor = 71 where ref = 'ch_2'",
  },
  {
    id: 'M7',
    clause: 'a payment without its key',
    sql: "update payment set provider_key = null where provider_key = 'pay:inv_paid:1'",
  },
  {
    id: 'M7',
    clause: 'a charge under another key',
    sql: "update provider_charge set provider_key = 'pay:inv_paid:7' where ref = 'ch_1'",
  },
  {
    id: 'M7',
    clause: 'two charges of one key',
    sql: "insert into provider_charge select provider, 'ch_3', org_id, invoice_id, provider_key, 0, currency, status, 0, false, charged_at, seen_at from provider_charge where ref = 'ch_2'",
  },
  {
    id: 'M3',
    clause: 'a dispute that took more than the invoice knows',
    sql: `${disputed(10)}; ${entry} ('acme', 't', 1, 'cash', null, 'inv_paid', -10, 'EUR', now(), 'charged_back'), ('acme', 't', 2, 'tax', null, 'inv_paid', 10, 'EUR', now(), 'charged_back')`,
  },
  {
    id: 'M4',
    clause: 'a dispute and refunds above the payment',
    sql: `${disputed(1041)}; ${dueAgain(1041)}; ${entry} ('acme', 't', 1, 'cash', null, 'inv_paid', -1041, 'EUR', now(), 'charged_back'), ('acme', 't', 2, 'receivable', null, 'inv_paid', 1041, 'EUR', now(), 'charged_back')`,
  },
  {
    id: 'M6',
    clause: 'a dispute that the cash does not know',
    sql: `${disputed(10)}; ${dueAgain(10)}; ${entry} ('acme', 't', 1, 'tax', null, 'inv_paid', -10, 'EUR', now(), 'charged_back'), ('acme', 't', 2, 'receivable', null, 'inv_paid', 10, 'EUR', now(), 'charged_back')`,
  },
  {
    id: 'M8',
    clause: 'a charge of another amount',
    sql: "update provider_charge set amount_minor = 1189 where ref = 'ch_1'",
  },
  {
    id: 'M8',
    clause: 'a charge of another invoice',
    sql: "update provider_charge set invoice_id = 'reported:REP-2', amount_minor = 1 where ref = 'ch_2'; update provider_charge set provider_key = null where ref = 'ch_2'",
  },
  {
    id: 'M8',
    clause: 'a charge that is not in the books',
    sql: "update provider_charge set provider_key = null where ref = 'ch_2'",
  },
  {
    id: 'M8',
    clause: 'a payment that the provider does not know',
    sql: "update provider_charge set status = 'failed' where ref = 'ch_1'",
  },
  {
    id: 'M9',
    clause: 'an outcome unknown for a day',
    sql: "update payment set at = now() - interval '24 h' where status = 'unknown'",
  },
  {
    id: 'M9',
    clause: 'an attempt after an unknown one',
    sql: `${payment} ('acme', 'inv_asked', '2', 2, 'failed', 70, 'USD', 'card', 'sandbox', 'pay:inv_asked:2', now(), now())`,
  },
  {
    id: 'M10',
    clause: 'a sum that is not its rows',
    sql: "update rated_period set quantity = 6 where meter = 'calls'",
  },
  { id: 'M10', clause: 'a greatest that is not', sql: "update rated_period set quantity = 5 where meter = 'peak'" },
  { id: 'M10', clause: 'a latest that is not', sql: "update rated_period set quantity = 9 where meter = 'seats'" },
  { id: 'M10', clause: 'usage that nobody rated', sql: "delete from rated_period where meter = 'peak'" },
  {
    id: 'M11',
    clause: 'one source on two lines',
    sql: "drop index invoice_line_source; insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at) values ('acme', 'inv_open', 'lead:l', 'leads', 'x', 0, now())",
  },
  {
    id: 'M11',
    clause: 'lines that are not what was booked',
    sql: "update rated_period set booked_minor = 401 where meter = 'm'",
  },
  {
    id: 'M11',
    clause: 'a number left out',
    sql: "update invoice_line set source_key = 'usage:m:2026-01-01T00:00:00.000Z:3' where source_key like 'usage:m:%:2'",
  },
  { id: 'M12', clause: 'a day without a run', sql: "delete from job_slot where slot = '2026-01-31'" },
  { id: 'M12', clause: 'an hour without a run', sql: "delete from job_slot where slot = '2026-02-01T00'" },
  {
    id: 'M12',
    clause: 'a slot that failed for good',
    sql: "update job_slot set status = 'failed' where slot = '2026-01-30'",
  },
  {
    id: 'M12',
    clause: 'a run that has died',
    sql: "update job_slot set touched_at = now() - interval '3 h' where status = 'running'",
  },
  {
    id: 'M12',
    clause: 'a slot that is done and whose run is not',
    sql: "update job_run set outcome = null where slot = '2026-01-30'",
  },
  {
    id: 'M13',
    clause: 'a summary that is not its uses',
    sql: 'delete from metric_mark; update ai_monthly_summary set credits = credits + 1',
  },
  { id: 'M13', clause: 'a summary that is missing', sql: 'delete from metric_mark; delete from ai_monthly_summary' },
  {
    id: 'M13',
    clause: 'movements that do not come to the MRR',
    sql: "delete from metric_mark; delete from mrr_movement where event_id = 'e2'",
  },
  {
    id: 'M13',
    clause: 'a figure of a day that is not its source',
    sql: 'delete from metric_mark; update metric_day set minor = minor + 1 where ctid = (select ctid from metric_day limit 1)',
  },
  { id: 'E4', clause: 'usage corrected by nobody', sql: "delete from staff_command where id::text like '%3'" },
  {
    id: 'E4',
    clause: 'a correction that is gone',
    sql: "delete from usage_meter where event_id like 'staff:%3'; update rated_period set quantity = 0, usage_rows = 0 where meter = 'peak'",
  },
];
