import {
  CellLink,
  moneyColumn,
  Nothing,
  orgColumn,
  RowLink,
  sortedTime,
  TimeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Tone } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { formatMonth } from '../../../../../format/times.ts';
import { billing, invoices } from '../../../../../messages/en-billing.ts';
import type { InvoiceRow } from '../../../../../services/provider/billing-invoices.ts';
import type { InvoiceStatus } from '../../../../../services/provider/billing-lists.ts';

const { columns } = invoices;
const streamsShown = 2;

export function invoiceColumns(context: CellContext): readonly Column<InvoiceRow>[] {
  return [
    {
      id: 'invoice',
      width: 136,
      head: columns.invoice,
      cell: (invoice) => (
        <RowLink context={context} id={invoice.key.id}>
          <bdi title={invoice.id}>{invoiceName(invoice)}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    {
      id: 'streams',
      width: 172,
      head: columns.streams,
      cell: (invoice) => <Streams invoice={invoice} context={context} />,
    },
    {
      id: 'issued',
      width: 128,
      ...sortedTime(context, columns.issued),
      cell: ({ issuedAt }) => <TimeCell at={issuedAt} zone={context.zone} />,
    },
    {
      id: 'due',
      width: 116,
      head: columns.due,
      cell: ({ dueAt }) => <TimeCell at={dueAt} zone={context.zone} style="day" />,
    },
    moneyColumn('total', 120, columns.total, ({ totalMinor }) => totalMinor),
    moneyColumn('paid', 116, columns.paid, ({ paidMinor }) => (paidMinor === 0n ? undefined : paidMinor)),
    wordColumn(context, {
      name: 'status',
      width: 128,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: (invoice) => <InvoiceBadge invoice={invoice} />,
    }),
  ];
}

const tones = {
  incomplete: 'plain',
  draft: 'plain',
  open: 'info',
  paid: 'ok',
  void: 'plain',
  uncollectible: 'bad',
} as const satisfies Record<InvoiceStatus, Tone>;

export function InvoiceBadge({ invoice }: { readonly invoice: Pick<InvoiceRow, 'status' | 'isParked'> }) {
  if (invoice.isParked) return <StatusBadge tone="warn" label={invoices.parked} hint={invoices.parkedHint} />;
  return <StatusBadge tone={tones[invoice.status]} label={invoices.statuses[invoice.status]} />;
}

/** Its number; a draft by the month it is of, and one that an organisation told of by its own id. */
export function invoiceName({ number, ref, source }: Pick<InvoiceRow, 'number' | 'ref' | 'source'>): string {
  if (number !== undefined) return number;
  return source === 'reported' ? ref : `${invoices.draft} ${formatMonth(ref)}`;
}

function Streams({ invoice, context }: { readonly invoice: InvoiceRow; readonly context: CellContext }) {
  const { streams } = invoice;
  const known = streams.filter((stream) => stream in billing.streams);
  if (known.length === 0) return <Nothing />;
  const rest = known.length - streamsShown;
  return (
    <span className="flex gap-1.5" title={known.map((stream) => billing.streams[stream]).join(', ')}>
      {known.slice(0, streamsShown).map((stream) => (
        <CellLink key={stream} context={context} name="stream" value={stream} column={columns.streams}>
          {billing.streams[stream]}
        </CellLink>
      ))}
      {rest > 0 && <span className="text-fg-3">{invoices.streamsMore(rest)}</span>}
    </span>
  );
}
