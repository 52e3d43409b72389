import type { Route } from 'next';
import { Children } from 'react';
import type { ReactNode } from 'react';
import { exactInstant } from '../../format/times.ts';
import { addParam, filterHrefs, wholeHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import type { ClockStyle } from '../../preferences/preferences.ts';
import { InstantText } from '../instant-text.tsx';
import { Nothing } from '../nothing.tsx';
import { StatusBadge } from '../status-badge.tsx';
import type { CellPlace, ToldCell } from './cell.ts';
import { TableLink } from './table-link.tsx';

/** Where the links of cells lead. */
export interface CellLinks {
  readonly filter: (name: string, value: string) => Route;
  readonly row: (id: string) => Route;
  /** What cells name by its place. */
  readonly drawn: readonly ReactNode[];
}

export function linksOf(
  { path, params, page }: Pick<CellPlace, 'path' | 'params' | 'page'>,
  drawn: readonly ReactNode[],
): CellLinks {
  return { drawn, filter: filterHrefs(path, params), row: (id) => wholeHref(addParam(page, 'row', id)) };
}

/** A function, no component: there are hundreds on a page. */
export function drawCell(cell: ToldCell<number>, links: CellLinks, rowId: string): ReactNode {
  if (cell === undefined || cell === null || cell === '') return <Nothing />;
  if (typeof cell !== 'object') return cell;
  if ('at' in cell) return <InstantText {...cell} />;
  if ('tone' in cell) return <StatusBadge {...cell} />;
  if ('code' in cell) return <code className="block truncate font-mono text-code text-fg-2">{cell.code}</code>;
  if ('faint' in cell) return <bdi className="text-fg-3">{cell.faint}</bdi>;
  if ('drawn' in cell) return links.drawn[cell.drawn];
  if ('row' in cell) {
    return (
      // Followed by its table it opens the row beside the list, elsewhere as a page of its own.
      <TableLink href={links.row(rowId)} data-row={rowId} className="row-link block truncate">
        {typeof cell.row === 'string' ? <bdi>{cell.row}</bdi> : drawCell(cell.row, links, rowId)}
      </TableLink>
    );
  }
  if ('filter' in cell) {
    return (
      // The filter bar is its keyboard path, so that fifty rows are not two hundred tab stops.
      <TableLink href={links.filter(cell.filter, cell.value)} tabIndex={-1} dir="auto" className="cell-link">
        {isCode(cell.says) ? (
          <code className="font-mono text-code text-fg-2">{cell.says.code}</code>
        ) : (
          drawCell(cell.says, links, rowId)
        )}
      </TableLink>
    );
  }
  if ('several' in cell) {
    return (
      <span className="flex min-w-0 items-center gap-1.5" title={cell.hint}>
        {Children.toArray(cell.several.map((one) => drawCell(one, links, rowId)))}
      </span>
    );
  }
  if ('under' in cell) {
    return (
      <>
        {drawCell(cell.over, links, rowId)}
        <span className="-mt-0.5 block truncate text-caption text-fg-3">
          <bdi>{cell.under}</bdi>
        </span>
      </>
    );
  }
  const text = <bdi className="block truncate">{cell.text}</bdi>;
  if (!('href' in cell)) return text;
  return (
    <TableLink
      href={cell.href}
      data-row-stop=""
      className="inline-block max-w-full align-top text-accent-text hover:underline"
    >
      {text}
    </TableLink>
  );
}

function isCode(cell: ToldCell<number>): cell is { readonly code: string } {
  return typeof cell === 'object' && cell !== null && 'code' in cell;
}

interface Hinted {
  /** Of its column. */
  readonly label: string;
  readonly zone: string;
  readonly clock: ClockStyle;
}

/** What a cell tells on hover: of an instant milliseconds and zone, of a value what a click does, of what may be cut all of it. */
export function hintOf(cell: ToldCell<number>, told: Hinted): string | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (typeof cell !== 'object') return String(cell);
  if ('at' in cell) return exactInstant(cell.at, told.zone, told.clock);
  if ('tone' in cell || 'drawn' in cell || 'several' in cell) return undefined;
  if ('code' in cell) return cell.code;
  if ('faint' in cell) return cell.faint;
  if ('under' in cell) return cell.under;
  if ('row' in cell) return cell.hint ?? hintOf(cell.row, told);
  if ('filter' in cell) return cell.hint ?? messages.lists.filterBy(told.label, cell.value);
  return cell.text;
}
