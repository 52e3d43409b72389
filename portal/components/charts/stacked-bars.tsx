import { ChartFrame, shown } from './chart-frame.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Series } from './chart-model.ts';
import { barsPath, stackOf } from './chart-paths.ts';
import { scaleOf } from './scale.ts';

/** Zero-based stacked bars; a last bucket that is not over is dashed. */
export function StackedBars({
  series,
  height,
  ...chart
}: ChartProps & { readonly series: readonly Series[]; readonly height?: number }) {
  const stacks = chart.buckets.map((_, at) => stackOf(series, at));
  const scale = scaleOf(
    stacks.flatMap((bars) => bars.map(({ until }) => until)),
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
      series={series.map(shown)}
      scale={scale}
      hasTotal={series.length > 1}
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
    </ChartFrame>
  );
}
