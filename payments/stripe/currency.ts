/**
 * Currencies that the provider counts in another unit than ISO 4217 does: without a minor unit and yet in hundredths, or with one and yet in
 * whole units; and those with three decimals, of which it takes two. Source: the provider's own page on currencies, "zero-decimal",
 * "three-decimal" and "special cases".
 */
const inHundredths: ReadonlySet<string> = new Set(['ISK', 'UGX']);
const inWholeUnits: ReadonlySet<string> = new Set(['MGA']);
const endingInZero: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Undefined for what the provider cannot take to the unit: it is charged as it is, or not at all. */
export function toStripeAmount(amountMinor: bigint, currency: string): number | undefined {
  if (inHundredths.has(currency)) return Number(amountMinor * 100n);
  if (endingInZero.has(currency) && amountMinor % 10n !== 0n) return undefined;
  const whole = inWholeUnits.has(currency) ? wholeHundreds(amountMinor) : amountMinor;
  return whole === undefined ? undefined : Number(whole);
}

/** Undefined for what is no whole minor unit. */
export function fromStripeAmount(amount: number, currency: string): bigint | undefined {
  const told = BigInt(amount);
  if (inWholeUnits.has(currency)) return told * 100n;
  return inHundredths.has(currency) ? wholeHundreds(told) : told;
}

function wholeHundreds(amount: bigint): bigint | undefined {
  return amount % 100n === 0n ? amount / 100n : undefined;
}
