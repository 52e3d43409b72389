import type { ReactNode } from 'react';
import { nothing } from '../../format/numbers.ts';
import { charts } from '../../messages/en-charts.ts';
import { ChartBuckets } from './chart-buckets.tsx';
import { colorOf } from './chart-model.ts';
import type { ChartProps, Quantity, Series } from './chart-model.ts';
import { FiguresTable } from './figures-table.tsx';
import { plotHeight, yOf } from './scale.ts';
import { tellRows } from './told-rows.ts';
import type { Scale } from './scale.ts';

/** A series as the legend names it: a line that is only compared with is dashed and grey. */
export type ShownSeries = Omit<Series, 'color'> & {
  readonly stroke: string;
  readonly isDashed?: boolean;
};

interface ChartFrameProps extends ChartProps {
  readonly series: readonly ShownSeries[];
  readonly scale: Scale;
  /** Whether what the series have of a bucket adds up. */
  readonly hasTotal?: boolean;
  readonly notes?: readonly (string | undefined)[];
  /** Named in the legend alone: what is drawn beside the series. */
  readonly beside?: readonly { readonly name: string; readonly stroke: string }[];
  readonly height?: number;
  /** What is drawn, each bucket one unit wide. */
  readonly children: ReactNode;
}

const usualHeight = 184;

export function shown(series: Series): ShownSeries {
  return { name: series.name, values: series.values, stroke: colorOf(series.color) };
}

/** Legend, axes, buckets and figures around what a chart draws. Nothing of it moves once it is there. */
export function ChartFrame(props: ChartFrameProps) {
  const {
    summary,
    buckets,
    bucketName,
    unit,
    series,
    scale,
    hasTotal = false,
    beside = [],
    apart = [],
    height = usualHeight,
  } = props;
  const told = tellRows(rowsOf(props));
  const columns = [...series.map(({ name }) => name), ...(hasTotal ? [charts.total] : [])];
  return (
    <figure className="min-w-0">
      <div className="flex min-h-4 items-start justify-between gap-x-4 gap-y-1 text-caption text-fg-2 max-sm:flex-col">
        <Legend series={[...series, ...beside]} />
        <span className="flex-none text-fg-3">
          {unit.name}
          {apart.length > 0 && ` · ${charts.apart(apart)}`}
        </span>
      </div>
      <div className="mt-3 flex gap-2">
        <Ticks {...props} height={height} />
        <div className="min-w-0 flex-1">
          <div className="relative" style={{ height }}>
            <svg
              role="img"
              aria-label={summary}
              viewBox={`0 0 ${buckets.length} ${plotHeight}`}
              preserveAspectRatio="none"
              className="absolute inset-0 size-full overflow-visible"
            >
              {scale.ticks.map((tick) => (
                <path
                  key={tick}
                  d={`M0 ${yOf(tick, scale)}H${buckets.length}`}
                  stroke={tick === 0 ? 'var(--line-2)' : 'var(--line)'}
                  vectorEffect="non-scaling-stroke"
                />
              ))}
              {props.children}
            </svg>
            <ChartBuckets
              label={charts.buckets}
              names={columns}
              colors={series.map(({ stroke }) => stroke)}
              told={told}
              notes={props.notes}
            />
          </div>
          <Axis buckets={buckets} />
        </div>
      </div>
      <FiguresTable head={bucketName} columns={columns} told={told} fileName={props.fileName} />
    </figure>
  );
}

function rowsOf({ buckets, unit, series, hasTotal, isLastOpen }: ChartFrameProps) {
  return buckets.map(({ span }, at) => {
    const told = series.map(({ values }) => values[at]);
    // What is only compared with is no part of it.
    const parts = series.flatMap(({ values, isDashed }) => (isDashed ? [] : [values[at]]));
    const all = hasTotal ? [...told, parts.reduce<Quantity>(plus, zeroLike(parts))] : told;
    return {
      name: isLastOpen && at === buckets.length - 1 ? `${span}, ${charts.open}` : span,
      cells: all.map((value) => (value === undefined ? nothing : unit.format(value))),
      plain: all.map((value) => (value === undefined ? '' : unit.plain(value))),
    };
  });
}

function zeroLike(values: readonly (Quantity | undefined)[]): Quantity {
  return values.some((value) => typeof value === 'bigint') ? 0n : 0;
}

function plus(sum: Quantity, value: Quantity | undefined): Quantity {
  return typeof sum === 'bigint' ? sum + BigInt(value ?? 0) : sum + Number(value ?? 0);
}

function Legend({ series }: { readonly series: readonly Omit<ShownSeries, 'values'>[] }) {
  return (
    <ul className="flex max-w-full min-w-0 flex-wrap gap-x-4 gap-y-1">
      {series.map(({ name, stroke, isDashed }) => (
        <li key={name} className="flex min-w-0 items-center gap-1.5">
          <svg width="10" height="8" aria-hidden="true" className="flex-none">
            {isDashed ? (
              <path d="M0 4h10" stroke={stroke} strokeWidth="2" strokeDasharray="3 2" />
            ) : (
              <rect width="8" height="8" rx="2" fill={stroke} />
            )}
          </svg>
          <span className="truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}

function Ticks({ scale, unit, height = usualHeight }: Pick<ChartFrameProps, 'scale' | 'unit' | 'height'>) {
  return (
    <div
      aria-hidden="true"
      className="num flex flex-none flex-col justify-between text-right text-label font-normal text-fg-3"
      style={{ height: height + 16, marginTop: -8 }}
    >
      {scale.ticks.map((tick) => (
        <span key={tick}>{unit.tick(tick)}</span>
      ))}
    </div>
  );
}

/** From this many on a bucket is narrower than its name: at the ends it would stand over the edge of the card. */
const narrowFrom = 16;

function Axis({ buckets }: Pick<ChartProps, 'buckets'>) {
  const ends = buckets.length < narrowFrom ? '' : 'first:justify-start last:justify-end';
  return (
    <div aria-hidden="true" className="num mt-1.5 flex h-4 text-label font-normal text-fg-3">
      {axisParts(buckets).map(({ span, label, width }) => (
        <span
          key={span}
          className={`flex w-0 flex-1 justify-center whitespace-nowrap ${ends}`}
          style={width > 1 ? { flexGrow: width } : undefined}
        >
          {label}
        </span>
      ))}
    </div>
  );
}

/** Buckets with a name, and between them as wide a gap as those without have together. */
function axisParts(buckets: ChartProps['buckets']) {
  const parts: { span: string; label: string | undefined; width: number }[] = [];
  for (const { span, label } of buckets) {
    const last = parts.at(-1);
    if (last && last.label === undefined && label === undefined) last.width += 1;
    else parts.push({ span, label, width: 1 });
  }
  return parts;
}
