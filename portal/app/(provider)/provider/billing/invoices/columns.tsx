import {
  filterCell,
  moneyColumn,
  orgColumn,
  rowCell,
  sortedTime,
  timeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import type { Cell } from '../../../../../components/table/cell.ts';
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
      cell: (invoice) => rowCell(invoiceName(invoice), invoice.id),
    },
    orgColumn(),
    {
      id: 'streams',
      width: 172,
      head: columns.streams,
      cell: streamsCell,
    },
    {
      id: 'issued',
      width: 128,
      ...sortedTime(context, columns.issued),
      cell: ({ issuedAt }) => timeCell(issuedAt, context),
    },
    {
      id: 'due',
      width: 116,
      head: columns.due,
      cell: ({ dueAt }) => timeCell(dueAt, context, 'day'),
    },
    moneyColumn('total', 120, columns.total, ({ totalMinor }) => totalMinor),
    moneyColumn('paid', 116, columns.paid, ({ paidMinor }) => (paidMinor === 0n ? undefined : paidMinor)),
    wordColumn({
      name: 'status',
      width: 128,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: invoiceBadge,
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
  return <StatusBadge {...invoiceBadge(invoice)} />;
}

function invoiceBadge({ status, isParked }: Pick<InvoiceRow, 'status' | 'isParked'>): Badge {
  if (isParked) return { tone: 'warn', label: invoices.parked, hint: invoices.parkedHint };
  return { tone: tones[status], label: invoices.statuses[status] };
}

/** Its number; a draft by the month it is of, and one that an organisation told of by its own id. */
export function invoiceName({ number, ref, source }: Pick<InvoiceRow, 'number' | 'ref' | 'source'>): string {
  if (number !== undefined) return number;
  return source === 'reported' ? ref : `${invoices.draft} ${formatMonth(ref)}`;
}

function streamsCell({ streams }: InvoiceRow): Cell {
  const known = streams.filter((stream) => stream in billing.streams);
  if (known.length === 0) return undefined;
  const rest = known.length - streamsShown;
  return {
    several: [
      ...known.slice(0, streamsShown).map((stream) => filterCell('stream', stream, billing.streams[stream])),
      ...(rest > 0 ? [{ faint: invoices.streamsMore(rest) }] : []),
    ],
    hint: known.map((stream) => billing.streams[stream]).join(', '),
  };
}
