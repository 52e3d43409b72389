import { exponentOf } from '#domain/currencies';

/** In whole units of any currency. */
const largeAbove = 10_000n;

/** Whether an amount, given or taken, is so large that what it is about is typed first. */
export function isLarge(minor: bigint, currency: string): boolean {
  return (minor < 0n ? -minor : minor) > largeAbove * 10n ** BigInt(exponentOf(currency) ?? 0);
}
