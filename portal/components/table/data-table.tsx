import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import type { Density } from '../../preferences/preferences.ts';
import { SelectBox, SelectPage } from '../bulk/select-box.tsx';
import { RowKeys } from './row-keys.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  /** Names the column where its head is no text. */
  readonly label?: string;
  /** Of the figures that say what the column means. */
  readonly hint?: string;
  /** What is shown unless chosen otherwise fits a page of 1440 with box and menu: together up to `fittingMax`. */
  readonly width: number;
  /** What its cells say, where that must never be cut: the column is as wide as the longest. */
  readonly text?: (row: Row) => string;
  /** Shown only where it is chosen. */
  readonly isExtra?: true;
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
  /** Rows can be chosen: what names one, and the bar that stands over the head while some are. */
  readonly bulk?: { readonly label: (row: Row) => string; readonly bar: ReactNode } | undefined;
  /** The last column: what can be done with a row. */
  readonly rowMenu?: ((row: Row) => ReactNode) | undefined;
}

const narrowMax = 640;
/** As the style sheet has it: what is wider scrolls wherever it stands. */
const fittingMax = 1140;
const digitWidth = 8;
const cellPadding = 24;
const selectWidth = 40;
const menuWidth = 44;

/** A native table. Where it fits it grows with the page; elsewhere it scrolls inside its card with the first column pinned. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, rows, rowId, openId, density, bulk } = props;
  const columns = withControls(props);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const fit = width <= narrowMax ? 'narrow' : width > fittingMax ? 'wide' : 'usual';
  const looks = [
    'data-table table-fixed',
    density === 'compact' && 'data-table-compact',
    fit === 'narrow' && 'data-table-narrow',
    bulk && 'data-table-select',
    props.rowMenu && 'data-table-menu',
  ];
  return (
    <div className="table-frame">
      <RowKeys label={caption} rowsKey={rows.map(rowId).join(' ')} fit={fit}>
        {bulk?.bar}
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
                  <td key={column.id} {...looksOf(column)}>
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

const controls: readonly string[] = ['select', 'menu'];

/** Nothing that is undefined: of each of 500 cells it would be told to the browser. */
function looksOf({ id, isNumber }: { readonly id: string; readonly isNumber?: boolean }) {
  return { ...(isNumber && { className: 'num text-right' }), ...(controls.includes(id) && { 'data-control': true }) };
}

function widthOf<Row>({ width, text }: Column<Row>, rows: readonly Row[]) {
  return text ? Math.max(width, ...rows.map((row) => text(row).length * digitWidth + cellPadding)) : width;
}

function withControls<Row>({ columns, rows, rowId, bulk, rowMenu }: DataTableProps<Row>): readonly Column<Row>[] {
  return [
    ...(bulk
      ? [
          {
            id: 'select',
            width: selectWidth,
            head: <SelectPage />,
            cell: (row: Row) => <SelectBox id={rowId(row)} label={bulk.label(row)} />,
          },
        ]
      : []),
    ...columns.map((column) => ({ ...column, width: widthOf(column, rows) })),
    ...(rowMenu
      ? [
          {
            id: 'menu',
            width: menuWidth,
            head: <span className="sr-only">{messages.actions.column}</span>,
            cell: rowMenu,
          },
        ]
      : []),
  ];
}
