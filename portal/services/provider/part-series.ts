import 'server-only';
import type pg from 'pg';
import type { PartedMetric } from '#domain/metrics';
import { readParts } from '#prisma/metric-reads';
import { bucketsOf, bucketStart } from '../../lists/buckets.ts';
import type { DaySpan, Interval } from '../../lists/buckets.ts';

/** A figure by a word of its source, over time. */
export interface PartSeries {
  readonly currency: string;
  /** Undefined for all the words that are told less than those shown. */
  readonly part: string | undefined;
  readonly counts: readonly bigint[];
  /** In minor units, or millionths of credits or quantities. */
  readonly amounts: readonly bigint[];
}

export interface PartsOverTime {
  readonly buckets: readonly DaySpan[];
  /** Of one currency after another, those with most rows first. */
  readonly series: readonly PartSeries[];
}

/** As many colours as a chart has. */
const shownMax = 6;

interface Asked {
  readonly name: PartedMetric;
  readonly span: DaySpan;
  readonly interval: Interval;
  /** None for all. */
  readonly orgIds: readonly string[];
}

export async function readPartSeries(pool: pg.Pool, { name, span, interval, orgIds }: Asked): Promise<PartsOverTime> {
  const buckets = bucketsOf(span, interval);
  const at = new Map(buckets.map(({ from }, index) => [from, index]));
  const found = new Map<string, { currency: string; part: string; counts: bigint[]; amounts: bigint[] }>();
  for (const row of await readParts(pool, name, span, orgIds.length > 0 ? orgIds : undefined)) {
    const key = `${row.currency}:${row.part}`;
    const known = found.get(key) ?? { ...row, counts: zeros(buckets), amounts: zeros(buckets) };
    found.set(key, known);
    const index = at.get(bucketStart(row.day, interval)) ?? 0;
    known.counts[index] = (known.counts[index] ?? 0n) + row.n;
    known.amounts[index] = (known.amounts[index] ?? 0n) + row.minor;
  }
  const all = [...found.values()];
  const currencies = [...new Set(all.map(({ currency }) => currency))];
  const rowsOf = (currency: string) =>
    sumOf(all.filter((one) => one.currency === currency).flatMap(({ counts }) => counts));
  const ordered = currencies.toSorted((a, b) => compare(rowsOf(b), rowsOf(a)));
  return { buckets, series: ordered.flatMap((currency) => folded(all.filter((one) => one.currency === currency))) };
}

/** The words with most rows by name, the others as one. */
function folded(parts: readonly Required<PartSeries>[]): PartSeries[] {
  const named = parts.filter(({ part }) => part).toSorted((a, b) => compare(sumOf(b.counts), sumOf(a.counts)));
  const rest = parts.filter(({ part }) => !part);
  if (named.length + rest.length > shownMax) rest.push(...named.splice(shownMax - 1));
  const [first] = rest;
  if (!first) return named;
  const sum = (of: 'counts' | 'amounts') => first[of].map((_, index) => sumOf(rest.map((one) => one[of][index] ?? 0n)));
  return [...named, { currency: first.currency, part: undefined, counts: sum('counts'), amounts: sum('amounts') }];
}

function zeros(buckets: readonly unknown[]): bigint[] {
  return buckets.map(() => 0n);
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
