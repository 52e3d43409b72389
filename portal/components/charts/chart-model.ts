import type { Unit } from '../../format/units.ts';

/** A figure as it is known: money and credits exactly, in minor units. */
export type Quantity = number | bigint;

/** One part of the time that a chart tells of, from left to right. */
export interface Bucket {
  /** Its whole name: "Nov 24, 2026". */
  readonly span: string;
  /** What stands below it on the axis, where there is room for it. */
  readonly label?: string | undefined;
}

export interface Series {
  readonly name: string;
  /** A token of the chart's colours. */
  readonly color: ChartColor;
  /** One of each bucket; undefined where nothing is known of it. */
  readonly values: readonly (Quantity | undefined)[];
}

export type ChartColor = 1 | 2 | 3 | 4 | 5 | 6;

/** What every chart over time is told. */
export interface ChartProps {
  /** One sentence that says what is to be seen. */
  readonly summary: string;
  /** What a bucket is, with the zone that its bounds are of: "Day (UTC)". */
  readonly bucketName: string;
  readonly buckets: readonly Bucket[];
  readonly unit: Unit;
  /** Currencies that have figures of their own: they are never added. */
  readonly apart?: readonly string[];
  /** As many buckets before: of all series together where they are stacked. Dashed and grey; not shown where there was nothing. */
  readonly previous?: readonly (Quantity | undefined)[] | undefined;
  /** Of which series those are, where a chart has several that do not add up. */
  readonly previousOf?: string;
  /** The last bucket is not over yet. */
  readonly isLastOpen?: boolean;
  /** Without its ending. */
  readonly fileName: string;
}

export function colorOf(color: ChartColor): string {
  return `var(--chart-${color})`;
}
