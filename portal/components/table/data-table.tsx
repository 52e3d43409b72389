import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { SelectPage } from '../bulk/select-box.tsx';
import { toldCell } from './cell.ts';
import type { Cell, CellPlace, ToldCell } from './cell.ts';
import { RowKeys } from './row-keys.tsx';
import { neededWidth, shareWidths } from './share-widths.ts';
import type { WantedWidth } from './share-widths.ts';
import { TableRows } from './table-rows.tsx';
import { tellTable } from './told-table.ts';

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
  readonly cell: (row: Row) => Cell;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Names a row, for its box and its menu. */
  readonly label: (row: Row) => string;
  readonly place: CellPlace;
  readonly openId: string | undefined;
  readonly preferences: Preferences;
  /** Rows can be chosen: the bar that stands over the head while some are. */
  readonly bar?: ReactNode;
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
  const { caption, columns, rows, rowId, label, place, openId, preferences, bar, rowMenu } = props;
  const told = rows.map((row) => columns.map(({ cell }) => toldCell(cell(row))));
  const heads = headsOf(props, told);
  const width = heads.reduce((sum, head) => sum + head.width, 0);
  const fit = width <= narrowMax ? 'narrow' : width > fittingMax ? 'wide' : 'usual';
  const looks = [
    'data-table data-table-opening table-fixed',
    preferences.density === 'compact' && 'data-table-compact',
    fit === 'narrow' && 'data-table-narrow',
    bar && 'data-table-select',
    rowMenu && 'data-table-menu',
  ];
  return (
    <div className="table-frame">
      <RowKeys label={caption} rowsKey={rows.map(rowId).join(' ')} fit={fit}>
        {bar}
        <table className={looks.filter(Boolean).join(' ')} style={{ minWidth: width }}>
          <caption className="sr-only">{caption}</caption>
          <SharedWidths heads={heads} />
          <thead>
            <tr>
              {heads.map(({ id, sorted, hint, isNumber, head }) => (
                <th
                  key={id}
                  scope="col"
                  aria-sort={sorted}
                  title={hint}
                  className={isNumber ? 'text-right!' : undefined}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <TableRows
            told={tellTable(
              rows.map((row, at) => ({ id: rowId(row), label: label(row), cells: told[at] ?? [] })),
              rowMenu && rows.map(rowMenu),
            )}
            columns={columns.map((column) => ({
              id: column.id,
              label: column.label ?? (typeof column.head === 'string' ? column.head : ''),
              ...(column.isNumber && { isNumber: true }),
            }))}
            place={place}
            clock={preferences.clock}
            openId={openId}
            hasBoxes={bar !== undefined}
          />
        </table>
      </RowKeys>
    </div>
  );
}

type Head = Pick<Column<never>, 'id' | 'head' | 'hint' | 'width' | 'isNumber' | 'sorted'> & WantedWidth;

function SharedWidths({ heads }: { readonly heads: readonly Head[] }) {
  const widths = shareWidths(heads, fittingMax);
  return (
    <colgroup>
      {heads.map(({ id }, at) => (
        <col key={id} style={{ width: widths[at] }} />
      ))}
    </colgroup>
  );
}

/** Of all columns, with those of the boxes and the menus. */
function headsOf<Row>(
  { columns, rows, bar, rowMenu }: DataTableProps<Row>,
  told: readonly (readonly ToldCell[])[],
): readonly Head[] {
  const menuHead = <span className="sr-only">{messages.actions.column}</span>;
  const fixed = { needs: undefined };
  return [
    ...(bar ? [{ ...fixed, id: 'select', width: selectWidth, head: <SelectPage /> }] : []),
    ...columns.map((column, at) => ({
      ...column,
      ...wantedWidth(
        column,
        rows,
        told.map((cells) => cells[at]),
      ),
    })),
    ...(rowMenu ? [{ ...fixed, id: 'menu', width: menuWidth, head: menuHead }] : []),
  ];
}

function wantedWidth<Row>({ width, text, head }: Column<Row>, rows: readonly Row[], told: readonly ToldCell[]) {
  const whole = text && Math.max(0, ...rows.map((row) => text(row).length * digitWidth + cellPadding));
  const needs = typeof head === 'string' ? neededWidth(head, whole === undefined ? told : []) : undefined;
  return { width: Math.max(width, whole ?? 0), needs: needs && Math.max(needs, whole ?? 0) };
}
