import type { Route } from 'next';
import type { Metric } from '../../metrics/metric.ts';
import type { Money } from '../../services/provider/money-sums.ts';

export interface Comparison {
  readonly value: number;
  readonly previous: number;
  readonly previousText: string;
  readonly span: string;
  /** How it is told: in percent of the value before, or for a share in percentage points, or for a duration in time. */
  readonly in?: 'percent' | 'points' | 'time';
}

export function comparisonOf({ change }: Pick<Kpi, 'change'>): Comparison | undefined {
  return change === 'unknown' ? undefined : change;
}

/** A figure that links to the list it counts. */
export interface Kpi {
  readonly metric: Metric;
  readonly value: string;
  /** What it is of, short: "30 d". */
  readonly range?: string | undefined;
  /** A second fact about the value; where there is none, why. */
  readonly note: string;
  /** Says so where the figure is of an older state than it should be. */
  readonly stale?: string | undefined;
  /** What the linked list counts, where that is not what is printed. */
  readonly count?: number;
  /** What the linked list adds up to, where the figure is an amount or tells one. */
  readonly sums?: readonly Money[] | undefined;
  /** Where it is no count of rows: the linked list prints the same figure, or its parts. */
  readonly isUncounted?: true;
  /** None where there is nothing to compare it with; unknown where nobody knows yet what there was. */
  readonly change?: Comparison | 'unknown' | undefined;
  /** Its course; undefined where a part has none. */
  readonly parts?: readonly (number | undefined)[] | undefined;
  /** A share of one, drawn with ticks at other shares. */
  readonly meter?: { readonly share: number; readonly ticks: readonly number[] };
  /** Several numbers with a link each, in place of one. */
  readonly links?: readonly { readonly text: string; readonly label: string; readonly href: Route }[];
  /** What the definition is followed by: parts of the figure. */
  readonly detail?: string | undefined;
  readonly href: Route;
}
