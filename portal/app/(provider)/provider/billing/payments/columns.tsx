import {
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TextCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { InvoiceLink } from '../../../../../components/list/invoice-link.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Tone } from '../../../../../components/status-badge.tsx';
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
      cell: (payment) => (
        <RowLink context={context} id={payment.key.id}>
          <span className="num">{formatMoney(payment.amountMinor, payment.currency)}</span>
        </RowLink>
      ),
    },
    wordColumn(context, {
      name: 'status',
      width: 124,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => <PaymentBadge status={status} />,
    }),
    orgColumn(context),
    { id: 'invoice', width: 132, head: columns.invoice, cell: (payment) => <PaidInvoice payment={payment} /> },
    wordColumn(context, {
      name: 'kind',
      width: 148,
      head: columns.method,
      valueOf: ({ isCredit }) => (isCredit ? 'credit' : 'money'),
      show: (payment) => <bdi>{methodOf(payment)}</bdi>,
    }),
    {
      id: 'reason',
      width: 148,
      head: columns.reason,
      cell: ({ failure }) => <TextCell text={failure && codeWords(failure)} />,
    },
    sortedColumn(context, columns.at),
  ];
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
  return <StatusBadge tone={tones[status]} label={payments.statuses[status]} />;
}

export function TriggerCell({ trigger }: Pick<PaymentRow, 'trigger'>) {
  const named = Object.entries(payments.triggers).find(([name]) => name === trigger);
  return named ? named[1] : <Nothing />;
}
