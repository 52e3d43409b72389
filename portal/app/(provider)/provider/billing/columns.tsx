import { moneyColumn, orgColumn, rowCell, sortedTime, wordColumn } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatCount, formatMoney } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { bucketStart, startOfUtcDay, utcDay } from '../../../../lists/buckets.ts';
import { billing, reconciliation } from '../../../../messages/en-billing.ts';
import { now } from '../../../../server/now.ts';
import type { CellAmounts, CellRow } from '../../../../services/provider/billing-reconciliation.ts';

const { columns } = reconciliation;

export function reconciliationColumns(context: CellContext): readonly Column<CellRow>[] {
  const openFrom = startOfUtcDay(bucketStart(utcDay(now()), 'month'));
  return [
    {
      id: 'month',
      width: 132,
      ...sortedTime(context, columns.month),
      cell: ({ key }) => rowCell(key.at >= openFrom ? <OpenMonth at={key.at} /> : monthOf(key.at)),
    },
    orgColumn(),
    wordColumn({
      name: 'stream',
      width: 104,
      head: columns.stream,
      valueOf: ({ stream }) => stream,
      show: ({ stream }) => billing.streams[stream],
    }),
    moneyColumn('expected', 120, columns.expected, ({ expectedMinor }) => expectedMinor),
    moneyColumn('invoiced', 120, columns.invoiced, ({ invoicedMinor }) => invoicedMinor),
    moneyColumn('paid', 120, columns.paid, ({ paidMinor }) => paidMinor),
    moneyColumn('credited', 120, columns.credited, ({ creditedMinor }) => creditedMinor),
    { id: 'gap', width: 140, head: columns.gap, isNumber: true, cell: gapCell },
    {
      id: 'rows',
      width: 60,
      head: columns.rows,
      isNumber: true,
      cell: ({ differing }) => (differing === 0 ? undefined : formatCount(differing)),
    },
  ];
}

/** Months are the organisations' own, whose zone no one zone of the page is. */
export function monthOf(at: number): string {
  return formatInstant(at, 'UTC', 'month');
}

function OpenMonth({ at }: { readonly at: number }) {
  return (
    <>
      {monthOf(at)}
      <span className="ml-2 text-fg-3" title={reconciliation.openHint}>
        {reconciliation.open}
      </span>
    </>
  );
}

function gapCell({ gapMinor, currency, differing }: CellAmounts): { readonly faint: string } | Badge {
  const text = formatMoney(gapMinor, currency);
  return differing === 0 ? { faint: text } : { tone: 'bad', label: text };
}

export function Gap({ cell }: { readonly cell: CellAmounts }) {
  const told = gapCell(cell);
  return 'faint' in told ? <span className="text-fg-3">{told.faint}</span> : <StatusBadge {...told} />;
}
