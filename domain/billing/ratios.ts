/** A share that is exact. */
export interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

/** Undefined over nothing: shown as a dash, never as 0. */
export function ratio(over: bigint, under: bigint): Ratio | undefined {
  return under === 0n ? undefined : { over, under };
}

export function shareOf(told: Ratio | undefined): number | undefined {
  return told && Number(told.over) / Number(told.under);
}
