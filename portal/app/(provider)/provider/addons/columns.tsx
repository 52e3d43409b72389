import { CellLink, MoneyCell, Nothing, orgColumn, RowLink, sortedColumn } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { addons } from '../../../../messages/en-addons.ts';
import type { PurchaseStatus } from '../../../../services/provider/addons-list.ts';
import type { PurchaseRow } from '../../../../services/provider/addons.service.ts';

const { columns } = addons;

export function purchaseColumns(context: CellContext): readonly Column<PurchaseRow>[] {
  return [
    {
      id: 'purchase',
      width: 172,
      head: columns.purchase,
      cell: ({ key, id }) => (
        <RowLink context={context} id={key.id}>
          <bdi>{id}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    {
      id: 'sku',
      width: 140,
      head: columns.sku,
      cell: ({ sku }) =>
        sku === undefined ? (
          <Nothing />
        ) : (
          <CellLink context={context} name="sku" value={sku} column={columns.sku}>
            <bdi>{sku}</bdi>
          </CellLink>
        ),
    },
    { id: 'quantity', width: 64, head: columns.quantity, isNumber: true, cell: ({ quantity }) => String(quantity) },
    {
      id: 'amount',
      width: 132,
      head: columns.amount,
      isNumber: true,
      cell: ({ amountMinor, currency }) => <MoneyCell minor={amountMinor} currency={currency} />,
    },
    {
      id: 'refunded',
      width: 128,
      head: columns.refunded,
      isNumber: true,
      cell: ({ refundedMinor, currency }) => (
        <MoneyCell minor={refundedMinor === 0n ? undefined : refundedMinor} currency={currency} />
      ),
    },
    {
      id: 'net',
      width: 132,
      head: columns.net,
      isNumber: true,
      cell: (purchase) => <MoneyCell minor={netOf(purchase)} currency={purchase.currency} />,
    },
    {
      id: 'status',
      width: 140,
      head: columns.status,
      cell: ({ status }) => (
        <CellLink context={context} name="status" value={status} column={columns.status}>
          <PurchaseBadge status={status} />
        </CellLink>
      ),
    },
    sortedColumn(context, columns.purchased),
  ];
}

const tones = { purchased: 'ok', partly_refunded: 'warn', refunded: 'plain' } as const satisfies Record<
  PurchaseStatus,
  Tone
>;

export function PurchaseBadge({ status }: { readonly status: PurchaseStatus }) {
  return <StatusBadge tone={tones[status]} label={addons.statuses[status]} />;
}

export function netOf({ amountMinor, refundedMinor }: PurchaseRow): bigint | undefined {
  return amountMinor === undefined ? undefined : amountMinor - refundedMinor;
}
