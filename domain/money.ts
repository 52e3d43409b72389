/** Booked money is a bigint of minor units; the books hold it in 64 bits. */
export const bookedMinorMax = 2n ** 63n - 1n;

/** `dividend / divisor`, rounded half away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function sumMinor(amounts: Iterable<{ readonly amountMinor: bigint }>): bigint {
  let sum = 0n;
  for (const { amountMinor } of amounts) sum += amountMinor;
  return sum;
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Amounts of two currencies are never added: one total per currency, in the order of the codes. */
export function totalsByCurrency(amounts: Iterable<Money>): Money[] {
  const totals = new Map<string, bigint>();
  for (const { amountMinor, currency } of amounts) totals.set(currency, (totals.get(currency) ?? 0n) + amountMinor);
  return [...totals]
    .map(([currency, amountMinor]) => ({ currency, amountMinor }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
}

/**
 * Splits an amount in proportion to weights, which sum up to more than 0: largest remainder, earlier part first. Nothing is lost.
 * @throws RangeError when there is an amount and no weight to split it by
 */
export function splitMinor(amountMinor: bigint, weights: readonly bigint[]): bigint[] {
  if (amountMinor < 0n) return splitMinor(-amountMinor, weights).map((part) => -part);
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (amountMinor === 0n) return weights.map(() => 0n);
  if (whole <= 0n) throw new RangeError('an amount cannot be split over nothing');
  const shares = weights.map((weight, index) => ({ index, ...divideFloor(amountMinor * weight, whole) }));
  const unassigned = amountMinor - shares.reduce((sum, { quotient }) => sum + quotient, 0n);
  // Sorting is stable: of equal remainders the earlier part stays first.
  const raised = new Set(
    shares
      .toSorted((a, b) => Number(b.remainder - a.remainder))
      .slice(0, Number(unassigned))
      .map(({ index }) => index),
  );
  return shares.map(({ index, quotient }) => (raised.has(index) ? quotient + 1n : quotient));
}

function divideFloor(dividend: bigint, divisor: bigint): { quotient: bigint; remainder: bigint } {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  return remainder < 0n ? { quotient: quotient - 1n, remainder: remainder + divisor } : { quotient, remainder };
}
