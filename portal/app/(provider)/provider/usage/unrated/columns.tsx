import {
  numberColumn,
  orgColumn,
  rowCell,
  sortedTime,
  timeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { formatCount, formatDecimalText } from '../../../../../format/numbers.ts';
import { unrated } from '../../../../../messages/en-usage.ts';
import type { UnratedRow } from '../../../../../services/provider/unrated.service.ts';

const { columns } = unrated;

export function unratedColumns(context: CellContext): readonly Column<UnratedRow>[] {
  return [
    {
      id: 'start',
      width: 144,
      ...sortedTime(context, columns.start),
      cell: ({ key }) => rowCell(timeCell(key.at, context, 'day')),
    },
    { id: 'end', width: 112, head: columns.end, cell: ({ end }) => timeCell(end, context, 'day') },
    orgColumn(),
    wordColumn({ name: 'meter', width: 160, head: columns.meter, valueOf: ({ meter }) => meter }),
    wordColumn({
      name: 'reason',
      width: 148,
      head: unrated.reason,
      valueOf: ({ reason }) => reason,
      show: ({ reason }) => ({ tone: 'warn', label: unrated.reasons[reason], hint: unrated.reasonHints[reason] }),
    }),
    numberColumn('rows', 88, columns.rows, ({ usageRows }) => formatCount(Number(usageRows))),
    numberColumn('quantity', 140, columns.quantity, ({ quantity }) => formatDecimalText(quantity)),
    { id: 'noted', width: 124, head: unrated.noted, cell: ({ notedAt }) => timeCell(notedAt, context) },
  ];
}
