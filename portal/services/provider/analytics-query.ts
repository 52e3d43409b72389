import type { EpochMs } from '#domain/instants';
import { streams } from '#domain/billing/streams';
import {
  bucketsBefore,
  bucketsOf,
  bucketStart,
  intervals,
  lastMonths,
  monthAfter,
  plusDays,
  utcDay,
} from '../../lists/buckets.ts';
import type { DaySpan, Interval } from '../../lists/buckets.ts';
import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { isTrendId } from '../../metrics/trends.ts';

const isCurrency = (text: string): text is string => /^[A-Z]{3}$/.test(text);

export const measures = ['share', 'money'] as const;

/** The URL of Analytics; all four of its pages read the same words. */
export const analyticsList = defineList('createdAt', (read) => ({
  orgs: read.list('org', isOrgId),
  metrics: read.list('metric', isTrendId),
  interval: read.list('interval', oneOf(intervals))[0],
  streams: read.list('stream', oneOf(streams)),
  sources: read.list('source', isFreeWord),
  plans: read.list('plan', isFreeWord),
  currency: read.list('currency', isCurrency)[0],
  isCompared: read.list('compare', oneOf(['off'])).length === 0,
  hasOpen: read.list('open', oneOf(['include'])).length > 0,
  measure: read.list('measure', oneOf(measures))[0] ?? 'share',
}));

export type AnalyticsFilters = ReturnType<typeof analyticsList.parse>['filters'];
export type AnalyticsQuery = ListQuery<AnalyticsFilters>;

/** Whole buckets, and as many directly before them. */
export interface AnalyticsSpan {
  readonly interval: Interval;
  readonly buckets: readonly DaySpan[];
  readonly previous: readonly DaySpan[];
  readonly isLastOpen: boolean;
}

const usual = { day: 30, week: 12, month: 12 } as const satisfies Record<Interval, number>;
const bucketsMax = 120;

/** The buckets that hold the asked range. Without one, so many whole ones and the running one; of many, the last. */
export function analyticsSpan({ filters, range }: AnalyticsQuery, at: EpochMs): AnalyticsSpan {
  const tomorrow = plusDays(utcDay(at), 1);
  const asked = range && { from: utcDay(range.window.from), until: plusDays(utcDay(range.window.to - 1), 1) };
  const interval = filters.interval ?? intervalFor(asked);
  const span = asked ?? { from: bucketsBefore(utcDay(at), interval, usual[interval]), until: tomorrow };
  const until = span.until > tomorrow ? tomorrow : span.until;
  const buckets = bucketsOf({ from: latest(span.from, bucketsBefore(until, interval, bucketsMax)), until }, interval);
  const first = buckets[0]?.from ?? until;
  return {
    interval,
    buckets,
    previous: bucketsOf({ from: bucketsBefore(first, interval, buckets.length), until: first }, interval),
    isLastOpen: (buckets.at(-1)?.until ?? '') > utcDay(at),
  };
}

/** The whole months that hold the asked range, up to the running one; without one the last so many. Of many, the last. */
export function analyticsMonths({ range }: AnalyticsQuery, at: EpochMs, usualMonths: number): DaySpan {
  const { until: end } = lastMonths(1, at);
  if (!range) return lastMonths(usualMonths, at);
  const asked = monthAfter(utcDay(range.window.to - 1), 1);
  const until = asked > end ? end : asked;
  return { from: latest(bucketStart(utcDay(range.window.from), 'month'), monthAfter(until, -monthsMax)), until };
}

const monthsMax = 36;

function intervalFor(asked: DaySpan | undefined): Interval {
  if (!asked) return 'month';
  if (asked.until <= plusDays(asked.from, 62)) return 'day';
  return asked.until <= plusDays(asked.from, 200) ? 'week' : 'month';
}

function latest(a: string, b: string) {
  return a > b ? a : b;
}
