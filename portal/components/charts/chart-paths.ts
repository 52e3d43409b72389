import type { Quantity, Series } from './chart-model.ts';
import { round, yOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** A bucket is one unit wide; this share of it is the bar. */
const barShare = 0.72;

export interface Range {
  readonly from: number;
  readonly until: number;
}

/** What a bar of a stack covers, from zero on: what is above zero grows up, what is below it down. */
export function stackOf(series: readonly Pick<Series, 'values'>[], bucket: number): readonly Range[] {
  let [up, down] = [0, 0];
  return series.map(({ values }) => {
    const value = Number(values[bucket] ?? 0);
    const from = value < 0 ? down : up;
    if (value < 0) down += value;
    else up += value;
    return { from, until: from + value };
  });
}

/** A step of a waterfall. */
export interface Step {
  readonly name: string;
  /** With its sign; of a total, what there is. */
  readonly value: bigint;
  /** Stands on zero and is not added to the step before. */
  readonly isTotal?: boolean;
}

/** What the bars of a waterfall cover. */
export function fallOf(steps: readonly Step[]): Range[] {
  let level = 0;
  return steps.map(({ value, isTotal }) => {
    const from = isTotal ? 0 : level;
    level = from + Number(value);
    return { from, until: level };
  });
}

/** The bars of one series as one path. */
export function barsPath(bars: readonly (Range & { readonly at: number })[], scale: Scale, share = barShare): string {
  return bars
    .filter(({ from, until }) => from !== until)
    .map(({ at, from, until }) => {
      const [high, low] = [yOf(Math.max(from, until), scale), yOf(Math.min(from, until), scale)];
      return `M${round(at + (1 - share) / 2)} ${high}h${round(share)}V${low}h${round(-share)}z`;
    })
    .join('');
}

/** A line through the middles of its buckets; it breaks where a value is missing, and a value alone is a dot. */
export function linePath(values: readonly (Quantity | undefined)[], scale: Scale): string {
  return runsOf(values)
    .map((run) => {
      const [first, ...others] = run.map(({ at, value }) => `${at + 0.5} ${yOf(value, scale)}`);
      return `M${first}${others.length === 0 ? 'h0' : others.map((point) => `L${point}`).join('')}`;
    })
    .join('');
}

/** What lies between a line and zero. */
export function areaPath(values: readonly (Quantity | undefined)[], scale: Scale): string {
  const zero = yOf(0, scale);
  return runsOf(values)
    .flatMap((run) => {
      const [first, last] = [run.at(0), run.at(-1)];
      if (!first || !last || first === last) return [];
      const points = run.map(({ at, value }) => `L${at + 0.5} ${yOf(value, scale)}`).join('');
      return [`M${first.at + 0.5} ${zero}${points}L${last.at + 0.5} ${zero}z`];
    })
    .join('');
}

/** What lies between two lines, such as what is usual. */
export function bandPath(ranges: readonly (Range | undefined)[], scale: Scale): string {
  const low = runsOf(ranges.map((range) => range?.from));
  const high = runsOf(ranges.map((range) => range?.until));
  return high
    .map((run, index) => {
      const back = (low[index] ?? []).toReversed();
      const points = [...run, ...back].map(({ at, value }) => `${at + 0.5} ${yOf(value, scale)}`);
      return `M${points.join('L')}z`;
    })
    .join('');
}

/** Dots of a stroke with round ends. */
export function dotsPath(values: readonly (Quantity | undefined)[], at: readonly number[], scale: Scale): string {
  return at.map((bucket) => `M${bucket + 0.5} ${yOf(Number(values[bucket] ?? 0), scale)}h0`).join('');
}

function runsOf(values: readonly (Quantity | undefined)[]): { readonly at: number; readonly value: number }[][] {
  const runs: { readonly at: number; readonly value: number }[][] = [];
  values.forEach((value, at) => {
    if (value === undefined) return;
    const run = runs.at(-1);
    if (run && run.at(-1)?.at === at - 1) run.push({ at, value: Number(value) });
    else runs.push([{ at, value: Number(value) }]);
  });
  return runs;
}
