import type { ReactNode } from 'react';
import { readPreferences } from '../../../../preferences/read-preferences.ts';

export interface SimpleColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly isNumber?: boolean;
  readonly sorted?: 'ascending' | 'descending';
  readonly cell: (row: Row) => ReactNode;
}

interface SimpleTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly SimpleColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/** A table of few rows that are all there: no paging, no keys, as wide as what it holds. */
export async function SimpleTable<Row>({ caption, columns, rows, rowId }: SimpleTableProps<Row>) {
  const { density } = await readPreferences();
  return (
    <div className="table-frame">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className={`data-table data-table-narrow ${density === 'compact' ? 'data-table-compact' : ''}`}>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ id, head, sorted, isNumber }) => (
                <th key={id} scope="col" aria-sort={sorted} className={isNumber ? 'text-right!' : 'first:pl-4!'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowId(row)}>
                {columns.map(({ id, isNumber, cell }) => (
                  <td key={id} className={isNumber ? 'num text-right' : 'first:pl-4!'}>
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
