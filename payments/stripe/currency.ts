/**
 * Currencies without a minor unit that the provider takes in hundredths all the same.
 * Source: the provider's own page on currencies, "special cases".
 */
const inHundredths: ReadonlySet<string> = new Set(['ISK', 'UGX']);

export function toStripeAmount(amountMinor: bigint, currency: string): number {
  return Number(inHundredths.has(currency) ? amountMinor * 100n : amountMinor);
}

/** Undefined for what is no whole minor unit. */
export function fromStripeAmount(amount: number, currency: string): bigint | undefined {
  const whole = BigInt(amount);
  if (!inHundredths.has(currency)) return whole;
  return whole % 100n === 0n ? whole / 100n : undefined;
}
