/** A zero-based axis: whole steps from below the least to above the most. */
export interface Scale {
  readonly bottom: number;
  readonly top: number;
  /** From the top down. */
  readonly ticks: readonly number[];
}

const stepsMax = 5;
const niceSteps = [1, 2, 2.5, 5, 10];

/** Steps of 1, 2, 2.5 or 5 times a power of ten, each a multiple of the least that can be told; about five of them. */
export function scaleOf(values: readonly number[], stepMin = 1): Scale {
  const least = Math.min(0, ...values) / stepMin;
  const most = Math.max(0, ...values) / stepMin;
  const rough = Math.max((most - least) / stepsMax, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = niceSteps.map((one) => one * power).filter((one) => one >= rough && Number.isInteger(one));
  const step = (nice[0] ?? 10 * power) * stepMin;
  const bottom = Math.floor((least * stepMin) / step);
  const top = Math.max(Math.ceil((most * stepMin) / step), bottom === 0 ? 1 : 0);
  return {
    bottom: bottom * step,
    top: top * step,
    ticks: Array.from({ length: top - bottom + 1 }, (_, i) => (top - i) * step),
  };
}

/** How far below the top a value stands, of a plot that is `plotHeight` high. */
export function yOf(value: number, { bottom, top }: Scale): number {
  return round(((top - value) / (top - bottom)) * plotHeight);
}

/** The plot's own units, whatever its height on the page is. */
export const plotHeight = 100;

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
