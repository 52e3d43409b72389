import { ChartFrame, shown } from './chart-frame.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Quantity, Series } from './chart-model.ts';
import { areaPath, bandPath, dotsPath, linePath } from './chart-paths.ts';
import type { Range } from './chart-paths.ts';
import { comparedWith, grey } from './compared.ts';
import { Stroke } from './stroke.tsx';
import { scaleOf } from './scale.ts';
import type { Scale } from './scale.ts';

interface LineChartProps extends ChartProps {
  readonly series: readonly Series[];
  /** Filled down to zero: for a level of one series. */
  readonly isArea?: boolean;
  /** What is usual, by bucket, and the buckets of the first series that are not, drawn as dots. */
  readonly usual?: {
    readonly name: string;
    readonly ranges: readonly (Range | undefined)[];
    readonly unusualName: string;
    readonly unusual: readonly number[];
  };
  readonly height?: number;
}

const soft = 'color-mix(in oklch, var(--fg-3) 16%, transparent)';
const striking = 'var(--warn-solid)';

/** Lines over time; what a line is compared with and what is not over yet is dashed. */
export function LineChart(props: LineChartProps) {
  const { series, isArea = false, usual, height, ...chart } = props;
  const compared = comparedWith(chart);
  const lines = [...series, ...compared].flatMap(({ values }) => known(values));
  const ranges = (usual?.ranges ?? []).flatMap((range) => (range ? [range.from, range.until] : []));
  const scale = scaleOf([...lines, ...ranges], chart.unit.stepMin);
  return (
    <ChartFrame
      {...chart}
      series={[...series.map(shown), ...compared]}
      scale={scale}
      {...(height !== undefined && { height })}
      {...(usual && {
        notes: chart.buckets.map((_, at) => (usual.unusual.includes(at) ? usual.unusualName : undefined)),
        beside: [
          { name: usual.name, stroke: soft },
          ...(usual.unusual.length > 0 ? [{ name: usual.unusualName, stroke: striking }] : []),
        ],
      })}
    >
      {usual && <path d={bandPath(usual.ranges, scale)} fill={soft} />}
      {compared.map(({ name, values }) => (
        <Stroke key={name} d={linePath(values, scale)} stroke={grey} isDashed />
      ))}
      {series.map((one) => (
        <Line key={one.name} series={one} scale={scale} isArea={isArea} isLastOpen={chart.isLastOpen === true} />
      ))}
      {series[0] && usual && (
        <path
          d={dotsPath(series[0].values, usual.unusual, scale)}
          stroke={striking}
          strokeWidth="8"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </ChartFrame>
  );
}

interface LineProps {
  readonly series: Series;
  readonly scale: Scale;
  readonly isArea: boolean;
  readonly isLastOpen: boolean;
}

function Line({ series: { values, color }, scale, isArea, isLastOpen }: LineProps) {
  const last = values.length - 1;
  const closed = isLastOpen ? values.with(last, undefined) : values;
  const open = isLastOpen ? values.map((value, at) => (at >= last - 1 ? value : undefined)) : [];
  return (
    <>
      {isArea && <path d={areaPath(values, scale)} fill={colorOf(color)} opacity="0.1" />}
      <Stroke d={linePath(closed, scale)} stroke={colorOf(color)} />
      <Stroke d={linePath(open, scale)} stroke={colorOf(color)} isDashed />
    </>
  );
}

function known(values: readonly (Quantity | undefined)[]): number[] {
  return values.flatMap((value) => (value === undefined ? [] : [Number(value)]));
}
