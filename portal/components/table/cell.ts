import type { Route } from 'next';
import { isValidElement } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { Instant } from '../instant-text.tsx';
import type { Badge } from '../status-badge.tsx';

/**
 * What a cell says, as data that the server draws from and the browser too: the elements of fifty rows would be most of a page, and told twice. What is
 * undefined, or null as JSON has it, is a dash, a string words or figures of ours.
 */
export type ToldCell<Drawn = ReactNode> =
  | string
  | number
  | undefined
  | null
  | Instant
  | Badge
  /** Of a tenant, whatever it holds: one line of text. */
  | { readonly text: string }
  | { readonly code: string }
  | { readonly faint: string }
  /** What is opened by it, as `?row=` would not. */
  | { readonly href: Route; readonly text: string }
  /** The row's own link. */
  | { readonly row: ToldCell<Drawn>; readonly hint?: string }
  /** A value that becomes a filter. */
  | { readonly filter: string; readonly value: string; readonly says: ToldCell<Drawn>; readonly hint?: string }
  | { readonly several: readonly ToldCell<Drawn>[]; readonly hint?: string }
  /** Two lines, where rows have the height; the lower is text of a tenant. */
  | { readonly over: ToldCell<Drawn>; readonly under: string }
  | { readonly drawn: Drawn };

/** As columns tell it: elements too, where what they draw stands in few rows or is drawn nowhere else. */
export type Cell = ToldCell | ReactElement;

/** What is an element stays one, also within a link. */
export function toldCell(cell: Cell): ToldCell {
  return isValidElement(cell) ? { drawn: cell } : cell;
}

/** What links of cells are made of. */
export interface CellPlace {
  readonly path: Route;
  /** The list's parameters, to which a cell adds its value. */
  readonly params: string;
  /** This page of the list, to which a row adds its id. */
  readonly page: Route;
  readonly zone: string;
}
