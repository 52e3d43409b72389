import {
  moneyColumn,
  numberColumn,
  orgColumn,
  rowCell,
  sortedColumn,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { invoiceCell } from '../../../../components/list/invoice-link.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { addons } from '../../../../messages/en-addons.ts';
import type { PurchaseStatus } from '../../../../services/provider/addons-list.ts';
import type { PurchaseRow } from '../../../../services/provider/addons.service.ts';

const { columns } = addons;

export function purchaseColumns(context: CellContext): readonly Column<PurchaseRow>[] {
  return [
    {
      id: 'purchase',
      width: 136,
      head: columns.purchase,
      cell: ({ id }) => rowCell(id),
    },
    orgColumn(),
    wordColumn({ name: 'sku', width: 116, head: columns.sku, valueOf: ({ sku }) => sku }),
    numberColumn('quantity', 56, columns.quantity, ({ quantity }) => formatDecimalText(String(quantity))),
    moneyColumn('amount', 112, columns.amount, ({ amountMinor }) => amountMinor),
    moneyColumn('refunded', 108, columns.refunded, ({ refundedMinor }) =>
      refundedMinor === 0n ? undefined : refundedMinor,
    ),
    { ...moneyColumn('net', 124, columns.net, netOf), isExtra: true },
    wordColumn({
      name: 'status',
      width: 144,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => purchaseBadge(status),
    }),
    { ...sortedColumn<PurchaseRow>(context, columns.purchased), width: 136 },
    {
      id: 'invoice',
      width: 108,
      head: columns.invoice,
      cell: ({ org, invoice }) => invoice && invoiceCell(org.id, invoice, context.links.invoices),
    },
  ];
}

const tones = { purchased: 'ok', partly_refunded: 'warn', refunded: 'plain' } as const satisfies Record<
  PurchaseStatus,
  Tone
>;

export function PurchaseBadge({ status }: { readonly status: PurchaseStatus }) {
  return <StatusBadge {...purchaseBadge(status)} />;
}

function purchaseBadge(status: PurchaseStatus): Badge {
  return { tone: tones[status], label: addons.statuses[status] };
}

export function netOf({ amountMinor, refundedMinor }: PurchaseRow): bigint | undefined {
  return amountMinor === undefined ? undefined : amountMinor - refundedMinor;
}
