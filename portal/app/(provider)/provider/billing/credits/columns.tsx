import { numberColumn, RowLink, sortedColumn } from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
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
      cell: ({ key, org }) => (
        <RowLink context={context} id={key.id}>
          <bdi title={org.id}>{org.name}</bdi>
        </RowLink>
      ),
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
      cell: (row) => <Difference row={row} />,
    },
    { ...sortedColumn(context, columns.since), width: 160 },
  ];
}

export function isMismatch({ difference }: CreditRow): boolean {
  return difference !== '0';
}

export function Difference({ row }: { readonly row: CreditRow }) {
  const text = formatDecimalText(row.difference);
  return isMismatch(row) ? <StatusBadge tone="bad" label={text} hint={credits.mismatchHint} /> : <span>{text}</span>;
}

type AmountName = 'granted' | 'purchased' | 'used' | 'expired' | 'remaining' | 'computed';

function amount(id: AmountName, width: number, of: (row: CreditRow) => string): Column<CreditRow> {
  return numberColumn(id, width, columns[id], (row) => formatDecimalText(of(row)));
}
