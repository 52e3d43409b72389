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
