import { formatInstant } from '../../format/times.ts';
import { plusDays, startOfUtcDay } from '../../lists/buckets.ts';
import type { DaySpan, Interval } from '../../lists/buckets.ts';
import type { Bucket } from './chart-model.ts';

const labelsMax = 5;

/** UTC buckets as a chart names them. Where all names have no room, every so many has one, counted from the last. */
export function namedBuckets(buckets: readonly DaySpan[], interval: Interval): Bucket[] {
  const every = interval === 'month' && buckets.length <= 13 ? 1 : Math.ceil(buckets.length / labelsMax);
  return buckets.map(({ from, until }, at) => ({
    span: spanOf(from, until, interval),
    label: (buckets.length - 1 - at) % every === 0 ? labelOf(from, interval) : undefined,
  }));
}

function spanOf(from: string, until: string, interval: Interval): string {
  const first = startOfUtcDay(from);
  if (interval === 'month') return formatInstant(first, 'UTC', 'month');
  if (interval === 'day') return formatInstant(first, 'UTC', 'day');
  return `${formatInstant(first, 'UTC', 'date')} – ${formatInstant(startOfUtcDay(plusDays(until, -1)), 'UTC', 'day')}`;
}

function labelOf(from: string, interval: Interval): string {
  const first = startOfUtcDay(from);
  return interval === 'month' ? formatInstant(first, 'UTC', 'monthName') : formatInstant(first, 'UTC', 'date');
}
