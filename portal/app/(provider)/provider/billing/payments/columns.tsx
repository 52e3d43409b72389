import { orgColumn, rowCell, sortedColumn, textCell, wordColumn } from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { InvoiceLink, invoiceCell } from '../../../../../components/list/invoice-link.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import type { Cell } from '../../../../../components/table/cell.ts';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { codeWords } from '../../../../../format/code-words.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { invoices, payments } from '../../../../../messages/en-billing.ts';
import type { PaymentStatus } from '../../../../../services/provider/billing-lists.ts';
import type { PaymentRow } from '../../../../../services/provider/billing-payments.ts';

const { columns } = payments;

export function paymentColumns(context: CellContext): readonly Column<PaymentRow>[] {
  return [
    {
      id: 'payment',
      width: 148,
      head: columns.amount,
      text: ({ amountMinor, currency }) => formatMoney(amountMinor, currency),
      cell: (payment) => rowCell(formatMoney(payment.amountMinor, payment.currency)),
    },
    wordColumn({
      name: 'status',
      width: 124,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => paymentBadge(status),
    }),
    orgColumn(),
    { id: 'invoice', width: 132, head: columns.invoice, cell: paidInvoice },
    wordColumn({
      name: 'kind',
      width: 148,
      head: columns.method,
      valueOf: ({ isCredit }) => (isCredit ? 'credit' : 'money'),
      show: methodOf,
    }),
    {
      id: 'reason',
      width: 148,
      head: columns.reason,
      cell: ({ failure }) => textCell(failure && codeWords(failure)),
    },
    sortedColumn(context, columns.at),
  ];
}

function paidInvoice({ org, invoice }: PaymentRow): Cell {
  return invoiceCell(org.id, invoice, true, invoice.number ?? invoice.id);
}

/** Whoever reads payments opens invoices. One that a tenant told of may have no number. */
export function PaidInvoice({ payment: { org, invoice } }: { readonly payment: Pick<PaymentRow, 'org' | 'invoice'> }) {
  return <InvoiceLink orgId={org.id} invoice={invoice} isOpen name={invoice.number ?? invoice.id} />;
}

export function methodOf({ isCredit, method, provider }: PaymentRow): string {
  if (isCredit) return payments.kinds.credit;
  return [method, provider].filter(Boolean).join(' · ') || invoices.sources.reported;
}

const tones = { pending: 'info', succeeded: 'ok', failed: 'bad', unknown: 'warn' } as const satisfies Record<
  PaymentStatus,
  Tone
>;

export function PaymentBadge({ status }: { readonly status: PaymentStatus }) {
  return <StatusBadge {...paymentBadge(status)} />;
}

function paymentBadge(status: PaymentStatus): Badge {
  return { tone: tones[status], label: payments.statuses[status] };
}

export function TriggerCell({ trigger }: Pick<PaymentRow, 'trigger'>) {
  const named = Object.entries(payments.triggers).find(([name]) => name === trigger);
  return named ? named[1] : <Nothing />;
}
