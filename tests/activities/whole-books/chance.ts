import fc from 'fast-check';

export interface Chance {
  /** At or above 0 and below the bound. */
  below(bound: number): number;
  oneOf<T>(first: T, ...rest: readonly T[]): T;
  /** Whether what comes about so many times of a hundred comes about now. */
  happens(percent: number): boolean;
}

/** What a run may ask for while it goes on, where each question depends on what became of those before. */
export const chances: fc.Arbitrary<Chance> = fc.gen().map((ask) => {
  const below = (bound: number) => ask(unbiased, bound);
  return {
    below,
    oneOf: (first, ...rest) => rest[below(rest.length + 1) - 1] ?? first,
    happens: (percent) => below(100) < percent,
  };
});

function unbiased(bound: number) {
  return fc.noBias(fc.nat(bound - 1));
}
