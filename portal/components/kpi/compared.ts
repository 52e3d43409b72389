import { formatCount, formatShare } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import type { Comparison } from './kpi.ts';

/** So many of so many. */
export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** In percent of what there was before. */
export function countsCompared(now: number, before: number, span: string): Comparison {
  return { value: now, previous: before, previousText: formatCount(before), span };
}

/** In percentage points; not where one of the two is of nothing. */
export function sharesCompared(now: Share, before: Share, span: string): Comparison | undefined {
  if (now.whole === 0 || before.whole === 0) return undefined;
  return {
    value: now.part / now.whole,
    previous: before.part / before.whole,
    previousText: formatShare(before.part, before.whole),
    span,
    in: 'points',
  };
}

/** In time; not where one of the two is unknown. */
export function timesCompared(
  now: number | undefined,
  before: number | undefined,
  span: string,
): Comparison | undefined {
  if (now === undefined || before === undefined) return undefined;
  return { value: now, previous: before, previousText: formatDuration(before), span, in: 'time' };
}

/** The share in each part, where there is any. */
export function shareParts(parts: readonly number[], wholes: readonly number[]): readonly (number | undefined)[] {
  return wholes.map((whole, at) => (whole === 0 ? undefined : (parts[at] ?? 0) / whole));
}
