import { charts } from '../../messages/en-charts.ts';
import type { ShownSeries } from './chart-frame.tsx';
import type { ChartProps } from './chart-model.ts';

/** Of what a chart is compared with: as many buckets before, or a limit. */
export const grey = 'var(--fg-3)';

/** The span before as a line; none where there was nothing. */
export function comparedWith(previous: ChartProps['previous']): readonly ShownSeries[] {
  if (!previous?.some((value) => Number(value ?? 0) !== 0)) return [];
  return [{ name: charts.previous, values: previous, stroke: grey, isDashed: true }];
}
