import type { ReactNode } from 'react';
import { SelectBox, SelectPage } from '../../../../components/bulk/select-box.tsx';
import { RowKeys } from '../../../../components/table/row-keys.tsx';
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
  /** Rows can be chosen: what names one, and the bar that stands over the head while some are. */
  readonly bulk?: { readonly label: (row: Row) => string; readonly bar: ReactNode } | undefined;
  /** Rows of several lines, which begin at the same height. */
  readonly isTall?: true;
}

/** A table as wide as what it holds, whose rows open nothing. */
export async function SimpleTable<Row>(props: SimpleTableProps<Row>) {
  const { caption, columns, rows, rowId, isTall, bulk } = props;
  const { density } = await readPreferences();
  const looks = [
    'data-table data-table-narrow',
    density === 'compact' && 'data-table-compact',
    isTall && 'data-table-tall',
    bulk && 'data-table-select',
  ];
  return (
    <div className="table-frame">
      <RowKeys label={caption} rowsKey={rows.map(rowId).join(' ')} fit="usual">
        {bulk?.bar}
        <table className={looks.filter(Boolean).join(' ')}>
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {bulk && (
                <th scope="col">
                  <SelectPage />
                </th>
              )}
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
                {bulk && (
                  <td>
                    <SelectBox id={rowId(row)} label={bulk.label(row)} />
                  </td>
                )}
                {columns.map(({ id, isNumber, cell }) => (
                  <td key={id} className={isNumber ? 'num text-right' : ''}>
                    {cell(row)}
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
