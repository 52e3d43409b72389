import type { ReactNode } from 'react';
import { readPreferences } from '../../../../preferences/read-preferences.ts';

export interface SimpleColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly isNumber?: boolean;
  readonly sorted?: 'ascending' | 'descending';
  readonly cell: (row: Row) => ReactNode;
  /** The same in words, by which rows are found and which stand in the file. */
  readonly text?: (row: Row) => string;
}

export interface SimpleTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly SimpleColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Rows of several lines, which begin at the same height. */
  readonly isTall?: true;
}

/** A table of few rows that are all there: no paging, no keys, as wide as what it holds. */
export async function SimpleTable<Row>({ caption, columns, rows, rowId, isTall }: SimpleTableProps<Row>) {
  const { density } = await readPreferences();
  const looks = [
    'data-table data-table-narrow',
    density === 'compact' && 'data-table-compact',
    isTall && 'data-table-tall',
  ];
  return (
    <div className="table-frame">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className={looks.filter(Boolean).join(' ')}>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ id, head, sorted, isNumber }) => (
                <th key={id} scope="col" aria-sort={sorted} className={isNumber ? 'text-right!' : ''}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowId(row)}>
                {columns.map(({ id, isNumber, cell }) => (
                  <td key={id} className={isNumber ? 'num text-right' : ''}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
