import 'server-only';
import type pg from 'pg';
import type { PartedMetric } from '#domain/metrics';
import { readParts } from '#prisma/metric-reads';
import { bucketsBefore, bucketsOf, bucketStart, startsOf } from '../../lists/buckets.ts';
import type { DaySpan, Interval } from '../../lists/buckets.ts';
import { currenciesOf, currencyOrder } from './currency-order.ts';

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
  /** Of one currency after another, the main one first. */
  readonly series: readonly PartSeries[];
  /** What all words of a currency came to in as many buckets before. */
  readonly before: readonly Omit<PartSeries, 'part'>[];
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
  const first = bucketStart(span.from, interval);
  const earlier = { from: bucketsBefore(first, interval, buckets.length), until: first };
  const orgs = orgIds.length > 0 ? orgIds : undefined;
  const previous = bucketsOf(earlier, interval);
  const { starts } = startsOf([...previous, ...buckets]);
  const [order, rows] = await Promise.all([
    currencyOrder(pool),
    readParts(pool, name, { starts, until: span.until }, orgs),
  ]);
  const all = addedUp(
    rows.filter(({ day }) => day >= earlier.until),
    buckets,
  );
  const before = addedUp(
    rows.filter(({ day }) => day < earlier.until),
    previous,
    () => '',
  );
  return {
    buckets,
    series: currenciesOf(all, order).flatMap((currency) => folded(all.filter((one) => one.currency === currency))),
    before,
  };
}

type Rows = Awaited<ReturnType<typeof readParts>>;

/** What the rows of a currency and word come to in each bucket. */
function addedUp(rows: Rows, buckets: readonly DaySpan[], wordOf = ({ part }: Rows[number]) => part) {
  const at = new Map(buckets.map(({ from }, index) => [from, index]));
  const found = new Map<string, { currency: string; part: string; counts: bigint[]; amounts: bigint[] }>();
  for (const row of rows) {
    const { currency, day, n, minor } = row;
    const part = wordOf(row);
    const key = `${currency}:${part}`;
    const known = found.get(key) ?? { currency, part, counts: zeros(buckets), amounts: zeros(buckets) };
    found.set(key, known);
    const index = at.get(day) ?? 0;
    known.counts[index] = (known.counts[index] ?? 0n) + n;
    known.amounts[index] = (known.amounts[index] ?? 0n) + minor;
  }
  return [...found.values()];
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
