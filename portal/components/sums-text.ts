import type { Money } from '../services/provider/money-sums.ts';

/** Amounts in minor units, as figures and lists tell each other's. */
export function sumsText(sums: readonly Money[]): string {
  return sums
    .filter(({ minor }) => minor !== 0n)
    .map(({ currency, minor }) => `${currency} ${minor}`)
    .toSorted()
    .join(',');
}
