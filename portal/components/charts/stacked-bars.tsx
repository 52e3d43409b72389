import { ChartFrame, shown } from './chart-frame.tsx';
import type { ShownSeries } from './chart-frame.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Series } from './chart-model.ts';
import { barsPath, stackOf } from './chart-paths.ts';
import { scaleOf, yOf } from './scale.ts';

interface StackedBarsProps extends ChartProps {
  readonly series: readonly Series[];
  readonly height?: number;
  /** What a bucket should not come above: a dashed line over all of them. */
  readonly limit?: { readonly name: string; readonly value: number };
}

/** Zero-based stacked bars; a last bucket that is not over is dashed. */
export function StackedBars({ series, height, limit, ...chart }: StackedBarsProps) {
  const stacks = chart.buckets.map((_, at) => stackOf(series, at));
  const scale = scaleOf(
    [...stacks.flatMap((bars) => bars.map(({ until }) => until)), ...(limit ? [limit.value] : [])],
    chart.unit.stepMin,
  );
  const openAt = chart.isLastOpen ? chart.buckets.length - 1 : -1;
  const barsOf = (index: number) =>
    stacks.flatMap((bars, at) => {
      const bar = bars[index];
      return bar ? [{ at, ...bar }] : [];
    });
  return (
    <ChartFrame
      {...chart}
      series={[...series.map(shown), ...(limit ? [limitSeries(limit, chart.buckets.length)] : [])]}
      scale={scale}
      hasTotal={series.length > 1 && !limit}
      {...(height !== undefined && { height })}
    >
      {series.map(({ name, color }, index) => {
        const bars = barsOf(index);
        return (
          <g key={name} fill={colorOf(color)}>
            <path
              d={barsPath(
                bars.filter(({ at }) => at !== openAt),
                scale,
              )}
            />
            <path
              d={barsPath(
                bars.filter(({ at }) => at === openAt),
                scale,
              )}
              fillOpacity="0.35"
              stroke={colorOf(color)}
              strokeDasharray="3 2"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        );
      })}
      {limit && (
        <path
          d={`M0 ${yOf(limit.value, scale)}H${chart.buckets.length}`}
          stroke={grey}
          strokeWidth="1.5"
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </ChartFrame>
  );
}

const grey = 'var(--fg-3)';

function limitSeries({ name, value }: NonNullable<StackedBarsProps['limit']>, length: number): ShownSeries {
  return { name, values: Array.from({ length }, () => value), stroke: grey, isDashed: true };
}
