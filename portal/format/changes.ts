import { formatPercent, minus } from './numbers.ts';
import { formatDuration } from './times.ts';

export type Change =
  | { readonly kind: 'none' }
  /** There was nothing before: no ratio says how much more it is. */
  | { readonly kind: 'new' }
  | { readonly kind: 'ratio'; readonly ratio: number; readonly text: string };

/** In percent of the value before, unless it is a share, which moves by percentage points, or a duration. */
export function changeOf(value: number, previous: number, told: 'percent' | 'points' | 'time' = 'percent'): Change {
  const difference = value - previous;
  const sign = difference < 0 ? minus : '+';
  if (told === 'points') {
    const text = `${difference === 0 ? '' : sign}${formatPercent(Math.abs(difference)).replace('%', 'pp')}`;
    return { kind: 'ratio', ratio: difference, text };
  }
  if (told === 'time') {
    return {
      kind: 'ratio',
      ratio: difference,
      text: `${difference === 0 ? '' : sign}${formatDuration(Math.abs(difference))}`,
    };
  }
  if (previous === 0) return value === 0 ? { kind: 'none' } : { kind: 'new' };
  const ratio = difference / Math.abs(previous);
  const text = `${sign}${formatPercent(Math.abs(ratio))}`;
  return { kind: 'ratio', ratio, text: ratio === 0 ? '0.0 %' : text };
}
