import type { OverdueRow } from '../../../../../services/provider/billing-dunning.ts';
import type { InvoiceRow } from '../../../../../services/provider/billing-invoices.ts';
import { invoiceName } from './columns.tsx';
import type { MenuInvoice } from './invoice-items.ts';

export function menuInvoice(invoice: InvoiceRow): MenuInvoice {
  const { key, id, source, status, currency, paidMinor, dueMinor, refundedMinor, version } = invoice;
  const label = invoiceName(invoice);
  return { key: key.id, id, label, source, status, currency, paidMinor, dueMinor, refundedMinor, version };
}

/** An overdue invoice is open, with something due. */
export function menuOverdue(row: OverdueRow): MenuInvoice {
  const { key, id, source, currency, paidMinor, dueMinor, refundedMinor, version, state } = row;
  const known = {
    key: key.id,
    id,
    label: invoiceName(row),
    source,
    currency,
    paidMinor,
    dueMinor,
    refundedMinor,
    version,
  };
  return { ...known, status: 'open', dunning: state };
}
