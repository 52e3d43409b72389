'use client';

import { memo, useMemo, useRef, useState } from 'react';
import type { FocusEvent, KeyboardEvent, MouseEvent, PointerEvent, ReactNode } from 'react';
import type { ClockStyle } from '../../preferences/preferences.ts';
import { AskedMenu, loadMenu, MenuButton } from '../actions/row-menu.tsx';
import { RowBox } from '../bulk/select-box.tsx';
import { useChosen } from '../bulk/selection.tsx';
import type { CellPlace } from './cell.ts';
import { drawCell, hintOf, linksOf } from './draw-cell.tsx';
import type { CellLinks } from './draw-cell.tsx';
import { readTable } from './told-table.ts';
import type { TableRow, ToldTable } from './told-table.ts';

export interface RowColumn {
  readonly id: string;
  readonly label: string;
  readonly isNumber?: boolean;
}

interface TableRowsProps {
  readonly told: ToldTable;
  readonly columns: readonly RowColumn[];
  readonly place: CellPlace;
  readonly clock: ClockStyle;
  readonly openId: string | undefined;
  /** Rows can be chosen. */
  readonly hasBoxes: boolean;
}

/** The rows of a table, drawn from what their cells say. Boxes, menus and hints of all of them are answered for here. */
export function TableRows({ told, columns, place, clock, openId, hasBoxes }: TableRowsProps) {
  const { path, params, page, zone } = place;
  const { json, drawn, menus } = told;
  const rows = useMemo(() => readTable(json), [json]);
  const links = useMemo(() => linksOf({ path, params, page }, drawn), [path, params, page, drawn]);
  const chosen = useChosen();
  const { menu, ask, close, button } = useAskedMenu();
  const rowOf = ({ target, currentTarget }: { readonly target: EventTarget; readonly currentTarget: Element }) => {
    // What is drawn elsewhere, such as a dialog, tells its events too.
    if (!(target instanceof Element) || !currentTarget.contains(target)) return undefined;
    const at = target.closest('tr')?.sectionRowIndex;
    const row = at === undefined ? undefined : rows[at];
    return row && { row, target, menuButton: target.closest<HTMLElement>('[data-menu]') };
  };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    const on = rowOf(event);
    if (on?.target.matches('[data-select]')) chosen?.toggle(on.row.id, event.shiftKey);
    if (on?.menuButton) ask(on.row.id, on.menuButton);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const on = rowOf(event);
    if (!on?.menuButton || event.key !== 'ArrowDown') return;
    event.preventDefault();
    event.stopPropagation();
    ask(on.row.id, on.menuButton);
  };
  const onReach = (event: PointerEvent<HTMLElement> | FocusEvent<HTMLElement>) => {
    const on = rowOf(event);
    if (on?.menuButton) void loadMenu();
    const cell = on?.target.closest('td');
    const at = cell ? cell.cellIndex - (hasBoxes ? 1 : 0) : -1;
    const hint =
      on && at in columns ? hintOf(on.row.cells[at], { label: columns[at]?.label ?? '', zone, clock }) : undefined;
    if (cell && hint !== undefined) (cell.firstElementChild ?? cell).setAttribute('title', hint);
  };
  return (
    <tbody onClick={onClick} onKeyDown={onKeyDown} onPointerOver={onReach} onFocus={onReach}>
      {rows.map((row, at) => (
        <Row
          key={row.id}
          row={row}
          columns={columns}
          links={links}
          isOpen={row.id === openId}
          isChosen={hasBoxes ? (chosen?.has(row.id) ?? false) : undefined}
          hasMenu={menus?.[at] !== undefined}
          isMenuOpen={menu?.row === row.id && menu.isOpen}
          menu={
            menu?.row === row.id && <AskedMenu value={{ button, isOpen: menu.isOpen, close }}>{menus?.[at]}</AskedMenu>
          }
        />
      ))}
    </tbody>
  );
}

/** The menu of one row at a time. It stays when it is closed: what it opened is its own. */
function useAskedMenu() {
  const [menu, setMenu] = useState<{ readonly row: string; readonly isOpen: boolean }>();
  const button = useRef<HTMLElement>(null);
  return {
    menu,
    button,
    ask: (row: string, of: HTMLElement) => {
      button.current = of;
      setMenu({ row, isOpen: true });
    },
    close: () => setMenu((asked) => asked && { ...asked, isOpen: false }),
  };
}

interface RowProps {
  readonly row: TableRow;
  readonly columns: readonly RowColumn[];
  readonly links: CellLinks;
  readonly isOpen: boolean;
  /** Undefined where rows cannot be chosen. */
  readonly isChosen: boolean | undefined;
  readonly hasMenu: boolean;
  readonly isMenuOpen: boolean;
  readonly menu: ReactNode;
}

const Row = memo(function Row({ row, columns, links, isOpen, isChosen, hasMenu, isMenuOpen, menu }: RowProps) {
  return (
    <tr data-open={isOpen} aria-selected={isChosen}>
      {isChosen !== undefined && (
        <td>
          <RowBox label={row.label} isOn={isChosen} />
        </td>
      )}
      {columns.map(({ id, isNumber }, at) => (
        <td key={id} className={isNumber ? 'num text-right' : undefined}>
          {drawCell(row.cells[at], links, row.id)}
        </td>
      ))}
      {hasMenu && (
        <td>
          <MenuButton label={row.label} isOpen={isMenuOpen} />
          {menu}
        </td>
      )}
    </tr>
  );
});
