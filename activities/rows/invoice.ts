import type { Folded } from '#domain/fold';
import { invoiceFigures, type InvoiceState } from '#domain/folds/invoice';
import type { EntityKey } from '../entity-key.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

/** The id of a reported invoice's row: rated ones have ids of their own, which cannot be equal. */
export function reportedInvoiceId(ref: string): string {
  return `reported:${ref}`;
}

export function invoiceRows(
  { orgId, id: ref }: EntityKey,
  state: InvoiceState,
  { version, createdAt }: Folded<InvoiceState>,
): Rows {
  const id = reportedInvoiceId(ref);
  const { issued, currency } = state;
  const figures = invoiceFigures(state);
  const total = String(figures.totalMinor);
  return {
    invoice: [
      {
        org_id: orgId,
        id,
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
      },
    ],
    invoice_line:
      issued === undefined
        ? []
        : [
            {
              org_id: orgId,
              invoice_id: id,
              source_key: 'reported',
              stream: issued.stream,
              description: 'As reported',
              quantity: 1,
              amount_minor: total,
              created_at: instantText(issued.issuedAt),
            },
          ],
    payment: state.payments.map((payment) => ({
      org_id: orgId,
      invoice_id: id,
      ref: payment.ref,
      status: payment.status,
      amount_minor: String(payment.amountMinor),
      currency,
      method: payment.method,
      failure_code: payment.failureCode,
      at: instantText(payment.at),
      meta: payment.meta,
    })),
    refund: state.refunds.map((refund) => ({
      org_id: orgId,
      invoice_id: id,
      ref: refund.ref,
      payment_ref: refund.paymentRef,
      amount_minor: String(refund.amountMinor),
      currency,
      reason: refund.reason,
      at: instantText(refund.at),
      meta: refund.meta,
    })),
  };
}
