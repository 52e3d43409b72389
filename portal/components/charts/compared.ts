import { charts } from '../../messages/en-charts.ts';
import type { ShownSeries } from './chart-frame.tsx';
import type { ChartProps } from './chart-model.ts';

/** Of what a chart is compared with: as many buckets before, or a limit. */
export const grey = 'var(--fg-3)';

/** The span before as a line, from when there was anything on; none where there was nothing. */
export function comparedWith(previous: ChartProps['previous']): readonly ShownSeries[] {
  const first = previous?.findIndex((value) => Number(value ?? 0) !== 0) ?? -1;
  if (!previous || first === -1) return [];
  const values = previous.map((value, at) => (at < first ? undefined : value));
  return [{ name: charts.previous, values, stroke: grey, isDashed: true }];
}
