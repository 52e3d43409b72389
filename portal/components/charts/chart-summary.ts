import { exactly } from '../../format/units.ts';
import type { Unit } from '../../format/units.ts';
import { charts } from '../../messages/en-charts.ts';
import type { Bucket, Quantity } from './chart-model.ts';

interface Told {
  readonly what: string;
  readonly buckets: readonly Bucket[];
  readonly unit: Unit;
}

/** Of what adds up over time: how much in all, and when most. */
export function flowSummary({ what, buckets, unit }: Told, totals: readonly Quantity[]): string {
  const span = charts.spanning(buckets.at(0)?.span ?? '', buckets.at(-1)?.span ?? '');
  const exact = totals.map(exactly);
  const most = exact.reduce((best, value, at) => (value > (exact[best] ?? 0n) ? at : best), 0);
  if (exact.every((value) => value === 0n)) return charts.flowNone(what, span);
  const sum = exact.reduce((total, value) => total + value, 0n);
  return charts.flow(what, unit.format(sum), span, unit.format(exact[most] ?? 0n), buckets[most]?.span ?? '');
}

/** Of what there is at each time: where it began and where it is. */
export function levelSummary({ what, buckets, unit }: Told, values: readonly (Quantity | undefined)[]): string {
  const known = values.flatMap((value, at) => (value === undefined ? [] : [{ value, span: buckets[at]?.span ?? '' }]));
  const [first, last] = [known.at(0), known.at(-1)];
  if (!first || !last) return charts.levelNone(what);
  return charts.level(what, unit.format(first.value), first.span, unit.format(last.value), last.span);
}

/** What the series of a stack add up to, by bucket. */
export function totalsOf(series: readonly { readonly values: readonly (Quantity | undefined)[] }[]): bigint[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  return Array.from({ length }, (_, at) => series.reduce((sum, { values }) => sum + exactly(values[at] ?? 0n), 0n));
}
