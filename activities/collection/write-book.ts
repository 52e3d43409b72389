import type pg from 'pg';
import { isOpen, nextDayOf, type DunningCase, type UtcDay } from '#domain/billing/dunning';
import { dayMs, type EpochMs } from '#domain/instants';
import { writeLedger } from '../billing/write-ledger.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Book, NewPayment, PaymentChange } from './book.ts';
import type { Standing } from './standing.ts';

/**
 * Writes a book, each table with one statement, the audit entries last. `channels` are those by which notices go out.
 * Keys: payment (org, invoice, ref) and its provider's key; ledger (org, transaction); case (org, id), one of an invoice; notice (org, case,
 * step, channel).
 */
export async function writeBook(client: pg.ClientBase, book: Book, channels: readonly string[]): Promise<void> {
  const of = (ids: ReadonlySet<string>) => [...ids].flatMap((id) => book.standings.get(id) ?? []);
  const adopted = book.newPayments.filter(({ providerRef }) => providerRef !== undefined);
  await write(client, refsStatement, adopted.map(newPaymentRow));
  await write(client, newPaymentsStatement, book.newPayments.map(newPaymentRow));
  await write(client, paymentsStatement, book.payments.map(paymentRow));
  await write(
    client,
    invoicesStatement,
    of(book.invoices).map((one) => invoiceRow(one, book.at)),
  );
  await write(client, disputesStatement, book.disputes.map(disputeRow));
  const cases = of(book.cases).flatMap((one) => (one.dunning ? [caseRow(one, one.dunning, book.at)] : []));
  await write(client, casesStatement, cases);
  await write(client, noticesStatement, noticeRows(book, channels));
  await write(client, explainedStatement, book.explained.map(invoiceName));
  await write(
    client,
    waitsStatement,
    book.waits.map((one) => ({ ...invoiceName(one), reason: one.reason, since: instantText(book.at) })),
  );
  await writeLedger(client, book.ledger);
  if (book.audit.length > 0) await client.query('select append_audit($1)', [JSON.stringify(auditRows(book))]);
}

/** A charge that failed may succeed later, at the provider itself: its name is that of the payment which took the money. */
const refsStatement = `update payment p set provider_ref = null from json_populate_recordset(null::payment, $1) n
  where p.org_id = n.org_id and p.invoice_id = n.invoice_id and p.provider = n.provider and p.provider_ref = n.provider_ref and p.status = 'failed'`;
const newPaymentsStatement = `insert into payment (org_id, invoice_id, ref, attempt, status, amount_minor, currency, method, failure_code,
    provider_key, provider_ref, at, provider, token, trigger, slot_day, step, decline, asked, ask_at, settled_at, sent_at)
  select org_id, invoice_id, ref, attempt, status, amount_minor, currency, 'card', failure_code, provider_key, provider_ref, at, provider, token,
    trigger, slot_day, step, decline, asked, ask_at, case when status in ('succeeded', 'failed') then clock_timestamp() end, at
  from json_populate_recordset(null::payment, $1)`;
const paymentsStatement = `update payment p set status = n.status, amount_minor = n.amount_minor, failure_code = n.failure_code, decline = n.decline,
    provider_ref = n.provider_ref, asked = n.asked, ask_at = n.ask_at,
    settled_at = case when n.status in ('succeeded', 'failed') then clock_timestamp() end
  from json_populate_recordset(null::payment, $1) n where p.org_id = n.org_id and p.invoice_id = n.invoice_id and p.ref = n.ref`;
const invoicesStatement = `update invoice i set status = n.status, paid_minor = n.paid_minor, due_minor = n.due_minor,
    credited_minor = n.credited_minor, refunded_minor = n.refunded_minor, overpaid_minor = n.overpaid_minor, paid_at = n.paid_at,
    given_up_at = coalesce(i.given_up_at, n.given_up_at), version = i.version + 1
  from json_populate_recordset(null::invoice, $1) n where i.org_id = n.org_id and i.id = n.id`;
const disputesStatement = `update provider_dispute d set booked_status = n.booked_status, reversed_minor = n.reversed_minor,
    booked_fee_minor = n.booked_fee_minor, changes = n.changes
  from json_populate_recordset(null::provider_dispute, $1) n where d.provider = n.provider and d.ref = n.ref`;
const casesStatement = `insert into dunning_case as c (org_id, id, invoice_id, state, next_at, opened_at, closed_at, policy, failed_on, steps_left,
    last_step_on, stopped_on, has_new_method, exhausted_on, closed_by)
  select n.org_id, n.id, n.invoice_id, n.state, n.next_at, n.opened_at, n.closed_at, n.policy, date '1970-01-01' + n.failed_on, n.steps_left,
    date '1970-01-01' + n.last_step_on, date '1970-01-01' + n.stopped_on, n.has_new_method, date '1970-01-01' + n.exhausted_on, n.closed_by
  from json_to_recordset($1) as n (org_id text, id text, invoice_id text, state text, next_at timestamptz, opened_at timestamptz, closed_at timestamptz,
    policy jsonb, failed_on integer, steps_left smallint[], last_step_on integer, stopped_on integer, has_new_method boolean,
    exhausted_on integer, closed_by text)
  on conflict (org_id, id) do update set state = excluded.state, next_at = excluded.next_at,
    closed_at = coalesce(c.closed_at, excluded.closed_at), steps_left = excluded.steps_left, last_step_on = excluded.last_step_on,
    stopped_on = excluded.stopped_on, has_new_method = excluded.has_new_method, exhausted_on = excluded.exhausted_on,
    closed_by = excluded.closed_by`;
const noticesStatement = `insert into dunning_notice (org_id, case_id, step, channel, recorded_at)
  select org_id, case_id, step, channel, recorded_at from json_populate_recordset(null::dunning_notice, $1) on conflict do nothing`;
const explainedStatement = `delete from collection_wait w using json_populate_recordset(null::collection_wait, $1) n
  where w.org_id = n.org_id and w.invoice_id = n.invoice_id`;
const waitsStatement = `insert into collection_wait (org_id, invoice_id, reason, since)
  select org_id, invoice_id, reason, since from json_populate_recordset(null::collection_wait, $1) on conflict do nothing`;

async function write(client: pg.ClientBase, text: string, rows: readonly object[]) {
  if (rows.length > 0) await client.query(text, [JSON.stringify(rows)]);
}

function newPaymentRow(one: NewPayment) {
  return {
    ...paymentRow(one),
    attempt: one.attempt,
    currency: one.currency,
    provider_key: one.key,
    at: instantText(one.at),
    provider: one.provider,
    token: one.token,
    trigger: one.trigger,
    slot_day: one.slotDay === undefined ? undefined : dateText(one.slotDay),
    step: one.step,
  };
}

function paymentRow(one: PaymentChange) {
  return {
    ...invoiceName(one),
    ref: one.ref,
    status: one.status,
    amount_minor: String(one.amountMinor),
    failure_code: one.failureCode,
    decline: one.decline,
    provider_ref: one.providerRef,
    asked: one.asked,
    ask_at: optionalInstantText(one.askAt),
  };
}

function invoiceRow({ orgId, invoiceId, invoice, overpaidMinor, paidAt }: Standing, at: EpochMs) {
  return {
    org_id: orgId,
    id: invoiceId,
    status: invoice.status,
    paid_minor: String(invoice.paidMinor),
    due_minor: String(invoice.dueMinor),
    credited_minor: String(invoice.creditedMinor),
    refunded_minor: String(invoice.refundedMinor),
    overpaid_minor: String(overpaidMinor),
    paid_at: optionalInstantText(paidAt),
    given_up_at: invoice.status === 'uncollectible' ? instantText(at) : undefined,
  };
}

function disputeRow({
  orgId,
  provider,
  ref,
  bookedStatus,
  reversedMinor,
  bookedFeeMinor,
  changes,
}: Book['disputes'][number]) {
  return {
    org_id: orgId,
    provider,
    ref,
    booked_status: bookedStatus,
    reversed_minor: String(reversedMinor),
    booked_fee_minor: String(bookedFeeMinor),
    changes,
  };
}

function caseRow(name: Standing, dunning: DunningCase, at: EpochMs) {
  return {
    ...invoiceName(name),
    id: name.caseId,
    state: dunning.state,
    next_at: optionalInstantText(nextAt(dunning, at)),
    opened_at: instantText(at),
    closed_at: isOpen(dunning) ? undefined : instantText(at),
    policy: dunning.policy,
    failed_on: dunning.failedOn,
    steps_left: `{${dunning.stepsLeft.join(',')}}`,
    last_step_on: dunning.lastStepOn,
    stopped_on: dunning.stoppedOn,
    has_new_method: dunning.hasNewMethod,
    exhausted_on: dunning.exhaustedOn,
    closed_by: dunning.closedBy,
  };
}

/** When a slot is next to look at the case; a changed method at once, also of one that ended. */
function nextAt(dunning: DunningCase, at: EpochMs): EpochMs | undefined {
  if (dunning.hasNewMethod) return at;
  if (!isOpen(dunning)) return undefined;
  const next = nextDayOf(dunning);
  return next === undefined ? undefined : next * dayMs;
}

function noticeRows({ notices, at }: Book, channels: readonly string[]) {
  return notices.flatMap(({ orgId, caseId, step }) =>
    channels.map((channel) => ({ org_id: orgId, case_id: caseId, step, channel, recorded_at: instantText(at) })),
  );
}

function auditRows({ audit, actor: { actorType, actor } }: Book) {
  return audit.map(({ orgId, invoiceId, action, outcome, detail }) => ({
    org_id: orgId,
    actor_type: actorType,
    actor,
    action,
    subject: `invoice/${invoiceId}`,
    outcome,
    detail,
  }));
}

function invoiceName({ orgId, invoiceId }: { readonly orgId: string; readonly invoiceId: string }) {
  return { org_id: orgId, invoice_id: invoiceId };
}

function dateText(day: UtcDay): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
