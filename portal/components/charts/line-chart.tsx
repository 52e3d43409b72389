import { ChartFrame, shown } from './chart-frame.tsx';
import type { ShownSeries } from './chart-frame.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Quantity, Series } from './chart-model.ts';
import { areaPath, bandPath, dotsPath, linePath } from './chart-paths.ts';
import type { Range } from './chart-paths.ts';
import { scaleOf } from './scale.ts';
import type { Scale } from './scale.ts';

interface LineChartProps extends ChartProps {
  readonly series: readonly Series[];
  /** What the lines are compared with: a period before, or a limit. Dashed and grey. */
  readonly compared?: readonly Omit<Series, 'color'>[];
  /** Filled down to zero: for a level of one series. */
  readonly isArea?: boolean;
  /** What is usual, by bucket. */
  readonly band?: readonly (Range | undefined)[];
  /** Buckets of the first series that are drawn as dots, each with why. */
  readonly marks?: ReadonlyMap<number, string>;
  readonly height?: number;
}

const grey = 'var(--fg-3)';

/** Lines over time; what a line is compared with and what is not over yet is dashed. */
export function LineChart(props: LineChartProps) {
  const { series, compared = [], isArea = false, band = [], marks, height, ...chart } = props;
  const lines = [...series, ...compared].flatMap(({ values }) => known(values));
  const ranges = band.flatMap((range) => (range ? [range.from, range.until] : []));
  const scale = scaleOf([...lines, ...ranges], chart.unit.stepMin);
  const legend: ShownSeries[] = [
    ...series.map(shown),
    ...compared.map(({ name, values }) => ({ name, values, stroke: grey, isDashed: true })),
  ];
  return (
    <ChartFrame
      {...chart}
      series={legend}
      scale={scale}
      {...(height !== undefined && { height })}
      {...(marks && { notes: chart.buckets.map((_, at) => marks.get(at)) })}
    >
      <path d={bandPath(band, scale)} fill={grey} opacity="0.12" />
      {compared.map(({ name, values }) => (
        <Stroke key={name} d={linePath(values, scale)} stroke={grey} isDashed />
      ))}
      {series.map((one) => (
        <Line key={one.name} series={one} scale={scale} isArea={isArea} isLastOpen={chart.isLastOpen === true} />
      ))}
      {series[0] && marks && (
        <path
          d={dotsPath(series[0].values, [...marks.keys()], scale)}
          stroke="var(--warn-solid)"
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

function Stroke({ d, stroke, isDashed }: { readonly d: string; readonly stroke: string; readonly isDashed?: boolean }) {
  return (
    <path
      d={d}
      fill="none"
      stroke={stroke}
      strokeWidth={isDashed ? 1.5 : 2}
      strokeLinejoin="round"
      strokeLinecap={isDashed ? 'butt' : 'round'}
      vectorEffect="non-scaling-stroke"
      {...(isDashed && { strokeDasharray: '4 3' })}
    />
  );
}

function known(values: readonly (Quantity | undefined)[]): number[] {
  return values.flatMap((value) => (value === undefined ? [] : [Number(value)]));
}
