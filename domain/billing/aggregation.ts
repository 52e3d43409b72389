import { compare, sum, wholeDecimal, zero, type Decimal } from '../decimal.ts';
import type { EpochMs } from '../instants.ts';
import { graceEndOf, holds, type Period } from './periods.ts';

export const aggregations = ['sum', 'max', 'latest', 'count'] as const;
export type Aggregation = (typeof aggregations)[number];

/** One stored row of usage. Rows of one request arrive together, in the order of their index. */
export interface UsageEntry {
  readonly quantity: Decimal;
  readonly windowStart: EpochMs;
  readonly windowEnd: EpochMs;
  readonly receivedAt: EpochMs;
  readonly eventId: string;
  readonly rowIndex: number;
}

/** The windows that usage came from. */
export interface Windows {
  readonly rows: number;
  readonly firstStart: EpochMs;
  readonly lastEnd: EpochMs;
}

/** What a meter counted in a period: what came in time, and what came at all. */
export interface PeriodUsage {
  readonly inTimeQuantity: Decimal;
  readonly quantity: Decimal;
  readonly inTimeWindows?: Windows | undefined;
  readonly lateWindows?: Windows | undefined;
}

/**
 * A row belongs to the period in which its window starts. Rows received before the period's end plus grace are in time,
 * whenever the rating runs.
 */
export function usageOf(
  aggregation: Aggregation,
  rows: readonly UsageEntry[],
  period: Period,
  graceHours: number,
): PeriodUsage {
  const own = rows.filter(({ windowStart }) => holds(period, windowStart));
  const inTime = own.filter(({ receivedAt }) => receivedAt < graceEndOf(period, graceHours));
  const late = own.filter(({ receivedAt }) => receivedAt >= graceEndOf(period, graceHours));
  return {
    inTimeQuantity: aggregate(aggregation, inTime),
    quantity: aggregate(aggregation, own),
    inTimeWindows: windowsOf(inTime),
    lateWindows: windowsOf(late),
  };
}

/** One quantity of many rows, whatever their order. `max` and `latest` of nothing are 0; `count` counts rows. */
export function aggregate(aggregation: Aggregation, rows: readonly UsageEntry[]): Decimal {
  switch (aggregation) {
    case 'sum':
      return sum(rows.map(({ quantity }) => quantity));
    case 'max':
      return (
        rows
          .map(({ quantity }) => quantity)
          .toSorted(compare)
          .at(-1) ?? zero
      );
    case 'latest':
      return rows.toSorted(byWindow).at(-1)?.quantity ?? zero;
    case 'count':
      return wholeDecimal(BigInt(rows.length));
  }
}

/** The latest window end, then the latest start, then the latest arrival. */
function byWindow(a: UsageEntry, b: UsageEntry): number {
  return (
    a.windowEnd - b.windowEnd ||
    a.windowStart - b.windowStart ||
    a.receivedAt - b.receivedAt ||
    (a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId)) ||
    a.rowIndex - b.rowIndex
  );
}

function windowsOf(rows: readonly UsageEntry[]): Windows | undefined {
  if (rows.length === 0) return undefined;
  return {
    rows: rows.length,
    firstStart: rows.reduce((first, { windowStart }) => Math.min(first, windowStart), Infinity),
    lastEnd: rows.reduce((last, { windowEnd }) => Math.max(last, windowEnd), -Infinity),
  };
}
