import { charts } from '../../messages/en-charts.ts';
import type { ShownSeries } from './chart-frame.tsx';
import type { ChartProps } from './chart-model.ts';

/** Of what a chart is compared with: as many buckets before. */
export const grey = 'var(--fg-3)';

/** The span before as a line; none where there was nothing in all of it. */
export function comparedWith({
  previous,
  previousOf,
}: Pick<ChartProps, 'previous' | 'previousOf'>): readonly ShownSeries[] {
  if (!previous?.some((value) => Number(value ?? 0) !== 0)) return [];
  const name = previousOf === undefined ? charts.previous : charts.previousOf(previousOf);
  return [{ name, values: previous, stroke: grey, isDashed: true }];
}
