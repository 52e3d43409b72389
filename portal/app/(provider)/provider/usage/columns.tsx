import {
  moneyColumn,
  orgColumn,
  RowLink,
  sortedTime,
  TimeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { Time } from '../../../../components/time.tsx';
import { formatCount, formatDecimalText } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { PeriodRow } from '../../../../services/provider/usage.service.ts';

const { columns } = usage;

export function periodColumns(context: CellContext): readonly Column<PeriodRow>[] {
  const { zone } = context;
  return [
    {
      id: 'start',
      width: 132,
      ...sortedTime(context, columns.start),
      cell: ({ key }) => (
        <RowLink context={context} id={key.id}>
          <Time at={key.at} zone={zone} style="day" />
        </RowLink>
      ),
    },
    { id: 'end', width: 112, head: columns.end, cell: ({ end }) => <TimeCell at={end} zone={zone} style="day" /> },
    orgColumn(context),
    wordColumn(context, { name: 'meter', width: 132, head: columns.meter, valueOf: ({ meter }) => meter }),
    {
      id: 'rows',
      width: 84,
      head: columns.rows,
      isNumber: true,
      cell: ({ usageRows }) => formatCount(Number(usageRows)),
    },
    {
      id: 'quantity',
      width: 116,
      head: columns.quantity,
      isNumber: true,
      cell: ({ quantity }) => formatDecimalText(quantity),
    },
    moneyColumn('amount', 124, columns.amount, ({ bookedMinor }) => bookedMinor),
    {
      id: 'state',
      width: 180,
      head: columns.state,
      cell: ({ closedAt, isLate }) => (
        <span className="flex gap-1.5">
          <StatusBadge
            tone={closedAt === undefined ? 'info' : 'plain'}
            label={closedAt === undefined ? usage.states.open : usage.states.closed}
          />
          {isLate && <StatusBadge tone="warn" label={usage.states.late} />}
        </span>
      ),
    },
    { id: 'rated', width: 124, head: columns.rated, cell: ({ ratedAt }) => <TimeCell at={ratedAt} zone={zone} /> },
  ];
}
