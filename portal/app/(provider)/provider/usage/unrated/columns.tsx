import {
  numberColumn,
  orgColumn,
  RowLink,
  sortedTime,
  TimeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount, formatDecimalText } from '../../../../../format/numbers.ts';
import { unrated } from '../../../../../messages/en-usage.ts';
import type { UnratedRow } from '../../../../../services/provider/unrated.service.ts';

const { columns } = unrated;

export function unratedColumns(context: CellContext): readonly Column<UnratedRow>[] {
  const { zone } = context;
  return [
    {
      id: 'start',
      width: 144,
      ...sortedTime(context, columns.start),
      cell: ({ key }) => (
        <RowLink context={context} id={key.id}>
          <Time at={key.at} zone={zone} style="day" />
        </RowLink>
      ),
    },
    { id: 'end', width: 112, head: columns.end, cell: ({ end }) => <TimeCell at={end} zone={zone} style="day" /> },
    orgColumn(context),
    wordColumn(context, { name: 'meter', width: 160, head: columns.meter, valueOf: ({ meter }) => meter }),
    wordColumn(context, {
      name: 'reason',
      width: 148,
      head: unrated.reason,
      valueOf: ({ reason }) => reason,
      show: ({ reason }) => (
        <StatusBadge tone="warn" label={unrated.reasons[reason]} hint={unrated.reasonHints[reason]} />
      ),
    }),
    numberColumn('rows', 88, columns.rows, ({ usageRows }) => formatCount(Number(usageRows))),
    numberColumn('quantity', 140, columns.quantity, ({ quantity }) => formatDecimalText(quantity)),
    { id: 'noted', width: 124, head: unrated.noted, cell: ({ notedAt }) => <TimeCell at={notedAt} zone={zone} /> },
  ];
}
