import { ChartFrame, shown } from './chart-frame.tsx';
import type { ShownSeries } from './chart-frame.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Series } from './chart-model.ts';
import { barsPath, linePath, stackOf } from './chart-paths.ts';
import { comparedWith, grey } from './compared.ts';
import { Stroke } from './stroke.tsx';
import { scaleOf, yOf } from './scale.ts';
import type { Scale } from './scale.ts';

interface StackedBarsProps extends ChartProps {
  readonly series: readonly Series[];
  readonly height?: number;
  /** What a bucket should not come above: a dashed line over all of them. */
  readonly limit?: { readonly name: string; readonly value: number };
}

/** Another than that of the span before, which is dashed too. */
const limitStroke = 'var(--bad-solid)';

/** Zero-based stacked bars; a last bucket that is not over is dashed. */
export function StackedBars({ series, height, limit, ...chart }: StackedBarsProps) {
  const compared = comparedWith(chart);
  const stacks = chart.buckets.map((_, at) => stackOf(series, at));
  const scale = scaleOf(
    [
      ...stacks.flatMap((bars) => bars.map(({ until }) => until)),
      ...(limit ? [limit.value] : []),
      ...compared.flatMap(({ values }) => values.map((value) => Number(value ?? 0))),
    ],
    chart.unit.stepMin,
  );
  const openAt = chart.isLastOpen ? chart.buckets.length - 1 : -1;
  return (
    <ChartFrame
      {...chart}
      series={[...series.map(shown), ...(limit ? [limitSeries(limit, chart.buckets.length)] : []), ...compared]}
      scale={scale}
      hasTotal={series.length > 1}
      {...(height !== undefined && { height })}
    >
      {series.map(({ name, color }, index) => (
        <Bars
          key={name}
          color={colorOf(color)}
          scale={scale}
          openAt={openAt}
          bars={stacks.flatMap((bars, at) => {
            const bar = bars[index];
            return bar ? [{ at, ...bar }] : [];
          })}
        />
      ))}
      {compared.map(({ name, values }) => (
        <Stroke key={name} d={linePath(values, scale)} stroke={grey} isDashed />
      ))}
      {limit && (
        <path
          d={`M0 ${yOf(limit.value, scale)}H${chart.buckets.length}`}
          stroke={limitStroke}
          strokeWidth="1.5"
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </ChartFrame>
  );
}

interface BarsProps {
  readonly color: string;
  readonly scale: Scale;
  /** The bucket that is not over; −1 for none. */
  readonly openAt: number;
  readonly bars: Parameters<typeof barsPath>[0];
}

function Bars({ color, scale, openAt, bars }: BarsProps) {
  const closed = bars.filter(({ at }) => at !== openAt);
  const open = bars.filter(({ at }) => at === openAt);
  return (
    <g fill={color}>
      <path d={barsPath(closed, scale)} />
      <path
        d={barsPath(open, scale)}
        fillOpacity="0.35"
        stroke={color}
        strokeDasharray="3 2"
        vectorEffect="non-scaling-stroke"
      />
    </g>
  );
}

function limitSeries({ name, value }: NonNullable<StackedBarsProps['limit']>, length: number): ShownSeries {
  return { name, values: Array.from({ length }, () => value), stroke: limitStroke, isDashed: true };
}
