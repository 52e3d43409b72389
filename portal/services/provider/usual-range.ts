/** What a day's figure usually is. */
export interface UsualRange {
  readonly from: number;
  readonly until: number;
}

const daysBefore = 28;
const deviations = 3;

/** The mean of the 28 days before, and three standard deviations to each side; undefined where fewer days are known. */
export function usualRange(values: readonly number[], at: number): UsualRange | undefined {
  const before = values.slice(at - daysBefore, at);
  if (at < daysBefore || before.length < daysBefore) return undefined;
  const mean = before.reduce((sum, value) => sum + value, 0) / daysBefore;
  const variance = before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / daysBefore;
  const reach = deviations * Math.sqrt(variance);
  return { from: mean - reach, until: mean + reach };
}

export function isUnusual(value: number, usual: UsualRange | undefined): boolean {
  return usual !== undefined && (value < usual.from || value > usual.until);
}
