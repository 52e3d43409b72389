import { formatPercent, minus } from './numbers.ts';
import { formatDuration } from './times.ts';

export type Change =
  /** Or less than is told. */
  | { readonly kind: 'none' }
  /** There was nothing before: no ratio says how much more it is. */
  | { readonly kind: 'new' }
  | { readonly kind: 'ratio'; readonly ratio: number; readonly text: string };

/** Beyond 10,000 % how much more it is says nothing: there was next to nothing before. */
const toldMax = 100;

/** In percent of the value before, unless it is a share, which moves by percentage points, or a duration. */
export function changeOf(value: number, previous: number, told: 'percent' | 'points' | 'time' = 'percent'): Change {
  const difference = value - previous;
  if (told === 'time') return Math.abs(difference) < 1 ? none : changed(difference, formatDuration);
  if (told === 'points') return isLeast(difference) ? none : changed(difference, inPoints);
  if (previous === 0) return value === 0 ? none : { kind: 'new' };
  const ratio = difference / Math.abs(previous);
  return isLeast(ratio) ? none : changed(ratio, inPercent);
}

const none = { kind: 'none' } as const;

function changed(by: number, format: (size: number) => string): Change {
  return { kind: 'ratio', ratio: by, text: `${by < 0 ? minus : '+'}${format(Math.abs(by))}` };
}

function inPercent(share: number): string {
  return share > toldMax ? `${formatPercent(toldMax)} or more` : formatPercent(share);
}

function inPoints(share: number): string {
  return formatPercent(share).replace('%', 'pp');
}

/** What would be told as 0.0. */
function isLeast(share: number): boolean {
  return Math.round(Math.abs(share) * 1_000) === 0;
}
