import { exponentOf } from '#domain/currencies';

/** In whole units of any currency. */
const largeAbove = 10_000n;

/** Whether an amount is so large that what it is taken from is typed first. */
export function isLarge(minor: bigint, currency: string): boolean {
  return minor > largeAbove * 10n ** BigInt(exponentOf(currency) ?? 0);
}
