import { numberColumn, rowCell, sortedColumn } from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { formatDecimalText } from '../../../../../format/numbers.ts';
import { credits } from '../../../../../messages/en-receivables.ts';
import type { CreditRow } from '../../../../../services/provider/billing-credits.ts';

const { columns } = credits;

export function creditColumns(context: CellContext): readonly Column<CreditRow>[] {
  return [
    {
      id: 'org',
      width: 156,
      head: columns.org,
      cell: ({ org }) => rowCell(org.name, org.id),
    },
    amount('granted', 88, ({ given }) => given),
    amount('purchased', 92, ({ purchased }) => purchased),
    amount('used', 84, ({ used }) => used),
    amount('expired', 84, ({ expired }) => expired),
    amount('remaining', 140, ({ remaining }) => remaining),
    amount('computed', 156, ({ computed }) => computed),
    {
      id: 'difference',
      width: 96,
      head: columns.difference,
      isNumber: true,
      cell: differenceCell,
    },
    { ...sortedColumn(context, columns.since), width: 160 },
  ];
}

export function isMismatch({ difference }: CreditRow): boolean {
  return difference !== '0';
}

function differenceCell(row: CreditRow): string | Badge {
  const text = formatDecimalText(row.difference);
  return isMismatch(row) ? { tone: 'bad', label: text, hint: credits.mismatchHint } : text;
}

export function Difference({ row }: { readonly row: CreditRow }) {
  const told = differenceCell(row);
  return typeof told === 'string' ? <span>{told}</span> : <StatusBadge {...told} />;
}

type AmountName = 'granted' | 'purchased' | 'used' | 'expired' | 'remaining' | 'computed';

function amount(id: AmountName, width: number, of: (row: CreditRow) => string): Column<CreditRow> {
  return numberColumn(id, width, columns[id], (row) => formatDecimalText(of(row)));
}
