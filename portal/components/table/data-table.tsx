import type { ReactNode } from 'react';
import type { Density } from '../../preferences/preferences.ts';
import { RowKeys } from './row-keys.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  /** Names the column where its head is no text. */
  readonly label?: string;
  /** Of the figures that say what the column means. */
  readonly hint?: string;
  readonly width: number;
  readonly isNumber?: boolean;
  /** Exactly one column is sorted. */
  readonly sorted?: 'ascending' | 'descending';
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly openId: string | undefined;
  readonly density: Density;
}

const narrowMax = 640;

/** A native table. Where it fits it grows with the page; elsewhere it scrolls inside its card with the first column pinned. */
export function DataTable<Row>({ caption, columns, rows, rowId, openId, density }: DataTableProps<Row>) {
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const isNarrow = width <= narrowMax;
  const looks = [
    'data-table table-fixed',
    density === 'compact' && 'data-table-compact',
    isNarrow && 'data-table-narrow',
  ];
  return (
    <div className="table-frame">
      <RowKeys label={caption} rowsKey={rows.map(rowId).join(' ')} isNarrow={isNarrow}>
        <table className={looks.filter(Boolean).join(' ')} style={{ minWidth: width }}>
          <caption className="sr-only">{caption}</caption>
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: column.width }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  aria-sort={column.sorted}
                  title={column.hint}
                  className={column.isNumber ? 'text-right!' : undefined}
                >
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowId(row)} data-open={rowId(row) === openId} className="cursor-pointer">
                {columns.map((column) => (
                  <td key={column.id} className={column.isNumber ? 'num text-right' : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </RowKeys>
    </div>
  );
}
