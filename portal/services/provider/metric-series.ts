import 'server-only';
import type pg from 'pg';
import type { MetricName } from '#domain/metrics';
import { readDays, readLevels, readParts } from '#prisma/metric-reads';
import { startsOf } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import type { TrendMetric } from '../../metrics/trends.ts';
import { currenciesOf, currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';

/** A figure over time, of one currency; counts and shares have `XXX`. */
export interface MetricSeries {
  readonly currency: string;
  readonly values: readonly (number | bigint | undefined)[];
}

interface Asked {
  readonly metric: TrendMetric;
  readonly buckets: readonly DaySpan[];
  /** None for all. */
  readonly orgIds: readonly string[] | undefined;
  readonly sources?: readonly string[];
  readonly streams?: readonly string[];
}

interface DayValue {
  readonly day: string;
  readonly currency: string;
  readonly n: bigint;
  readonly minor: bigint;
}

const none = 'XXX';

/** The series of a metric, one a currency, the main one first. */
export async function readSeries(pool: pg.Pool, asked: Asked): Promise<readonly MetricSeries[]> {
  const { metric, buckets } = asked;
  const { query, unit } = metric;
  switch (query.kind) {
    case 'level':
      return levelSeries(pool, asked);
    case 'sum': {
      const [order, days] = await Promise.all([currencyOrder(pool), readSum(pool, asked, query.of, query.bySource)]);
      return byCurrency(days, order).map(([currency, own]) => ({
        currency,
        values: summed(own, buckets).map(({ n, minor }) => (unit === 'count' ? Number(n) : minor)),
      }));
    }
    case 'ratio': {
      const shares = await readShares(pool, asked);
      return [{ currency: none, values: shares.map(({ part, whole }) => (whole === 0 ? undefined : part / whole)) }];
    }
  }
}

export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** What a share is made of in each bucket; none where the metric is no share. */
export async function readShares(pool: pg.Pool, asked: Asked): Promise<readonly Share[]> {
  const { query } = asked.metric;
  if (query.kind !== 'ratio') return [];
  const [of, over] = await Promise.all([
    readSum(pool, asked, query.of, query.bySource?.[0]),
    readSum(pool, asked, query.over, query.bySource?.[1]),
  ]);
  const parts = summed(of, asked.buckets);
  return summed(over, asked.buckets).map(({ n }, at) => ({ part: Number(parts[at]?.n ?? 0n), whole: Number(n) }));
}

async function levelSeries(pool: pg.Pool, { buckets, orgIds }: Asked): Promise<readonly MetricSeries[]> {
  const [order, levels] = await Promise.all([
    currencyOrder(pool),
    readLevels(pool, ['mrr.net'], startsOf(buckets), orgIds),
  ]);
  return byCurrency(levels, order).map(([currency, own]) => ({ currency, values: own.map(({ minor }) => minor) }));
}

async function readSum(
  pool: pg.Pool,
  { buckets, orgIds, sources = [], streams = [] }: Asked,
  names: readonly MetricName[],
  bySource: Parameters<typeof readParts>[1] | undefined,
): Promise<readonly DayValue[]> {
  const days = startsOf(buckets);
  if (sources.length > 0 && bySource) {
    const parts = await readParts(pool, bySource, days, orgIds);
    return parts.filter(({ part }) => sources.includes(part));
  }
  const isOf = (name: MetricName) => streams.length === 0 || streams.some((stream) => name.endsWith(`.${stream}`));
  const asked = names.length > 1 ? names.filter(isOf) : names;
  return readDays(pool, asked, days, orgIds);
}

function byCurrency(
  days: readonly DayValue[],
  order: CurrencyOrder,
): readonly (readonly [string, readonly DayValue[]])[] {
  return currenciesOf(days, order).map((currency) => [currency, days.filter((day) => day.currency === currency)]);
}

interface Added {
  readonly n: bigint;
  readonly minor: bigint;
}

const nothing: Added = { n: 0n, minor: 0n };

/** What the figures of each bucket add up to. */
function summed(days: readonly DayValue[], buckets: readonly DaySpan[]): readonly Added[] {
  const sums = new Map<string, Added>();
  for (const { day, n, minor } of days) {
    const sum = sums.get(day) ?? nothing;
    sums.set(day, { n: sum.n + n, minor: sum.minor + minor });
  }
  return buckets.map(({ from }) => sums.get(from) ?? nothing);
}
