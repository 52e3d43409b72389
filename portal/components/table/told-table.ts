import type { ReactNode } from 'react';
import type { ToldCell } from './cell.ts';

export interface TableRow {
  readonly id: string;
  /** Names it, for its box and its menu. */
  readonly label: string;
  readonly cells: readonly ToldCell<number>[];
}

/** Rows as one text, which a server passes on whole: value by value they cost it as much as all the rest of a page. */
export interface ToldTable {
  readonly json: string;
  /** What cells have of elements, which they name by its place. */
  readonly drawn: readonly ReactNode[];
  /** What can be done with each row: drawn when it is asked for. */
  readonly menus: readonly ReactNode[] | undefined;
}

interface Told {
  readonly id: string;
  readonly label: string;
  readonly cells: readonly ToldCell[];
}

export function tellTable(rows: readonly Told[], menus: readonly ReactNode[] | undefined): ToldTable {
  const drawn: ReactNode[] = [];
  const json = JSON.stringify(rows, (name, value) => {
    if (name === 'drawn') return drawn.push(value) - 1;
    // A cell that has nothing to say is told all the same: what stands around it is a link.
    return value === undefined && cellNames.has(name) ? null : value;
  });
  return { json, drawn, menus };
}

const cellNames = new Set(['row', 'says', 'over']);

export function readTable(json: string): readonly TableRow[] {
  return JSON.parse(json);
}
