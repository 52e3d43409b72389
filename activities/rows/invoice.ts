import type { Folded } from '#domain/fold';
import { invoiceFigures, type InvoiceState } from '#domain/folds/invoice';
import type { EntityKey } from '../entity-key.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

/** The id of a reported invoice's row: rated ones have ids of their own, which cannot be equal. */
export function reportedInvoiceId(ref: string): string {
  return `reported:${ref}`;
}

export function invoiceRows(key: EntityKey, state: InvoiceState, folded: Folded<InvoiceState>): Rows {
  const invoice = { org_id: key.orgId, invoice_id: reportedInvoiceId(key.id) };
  return {
    invoice: [invoiceRow(key, state, folded)],
    invoice_line: lineRows(invoice, state),
    payment: paymentRows(invoice, state),
    refund: refundRows(invoice, state),
  };
}

interface InvoiceName {
  readonly org_id: string;
  readonly invoice_id: string;
}

function invoiceRow({ orgId, id: ref }: EntityKey, state: InvoiceState, { version, createdAt }: Folded<InvoiceState>) {
  const { issued, currency } = state;
  const figures = invoiceFigures(state);
  const total = String(figures.totalMinor);
  return {
    org_id: orgId,
    id: reportedInvoiceId(ref),
    source: 'reported',
    ref,
    status: figures.status,
    number: issued?.number,
    stream: issued?.stream,
    currency,
    subtotal_minor: total,
    discount_minor: 0,
    tax_minor: 0,
    total_minor: total,
    paid_minor: String(figures.paidMinor),
    due_minor: String(figures.dueMinor),
    credited_minor: 0,
    refunded_minor: String(figures.refundedMinor),
    overpaid_minor: String(figures.overpaidMinor),
    issued_at: optionalInstantText(issued?.issuedAt),
    due_at: optionalInstantText(issued?.dueAt),
    paid_at: optionalInstantText(state.paidAt),
    meta: issued?.meta,
    created_at: instantText(createdAt),
    version,
  };
}

// What a tenant reports has one line: its stream and its total.
function lineRows(invoice: InvoiceName, { issued }: InvoiceState) {
  if (issued === undefined) return [];
  const { stream, totalMinor, issuedAt } = issued;
  return [
    {
      ...invoice,
      source_key: 'reported',
      stream,
      description: 'As reported',
      quantity: 1,
      amount_minor: String(totalMinor),
      created_at: instantText(issuedAt),
    },
  ];
}

function paymentRows(invoice: InvoiceName, { payments, currency }: InvoiceState) {
  return payments.map((payment) => ({
    ...invoice,
    ref: payment.ref,
    status: payment.status,
    amount_minor: String(payment.amountMinor),
    currency,
    method: payment.method,
    failure_code: payment.failureCode,
    at: instantText(payment.at),
    meta: payment.meta,
  }));
}

function refundRows(invoice: InvoiceName, { refunds, currency }: InvoiceState) {
  return refunds.map((refund) => ({
    ...invoice,
    ref: refund.ref,
    payment_ref: refund.paymentRef,
    amount_minor: String(refund.amountMinor),
    currency,
    reason: refund.reason,
    at: instantText(refund.at),
    meta: refund.meta,
  }));
}
