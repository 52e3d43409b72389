import { exponentOf } from '#domain/currencies';
import { parseDecimal } from '#domain/decimal';

/** What was typed in whole units ("1,234.50") as minor units of a currency; undefined for what is none, or has too many places. */
export function parseAmount(text: string, currency: string): string | undefined {
  const exponent = exponentOf(currency);
  const read = parseDecimal(text.replaceAll(/[\s,]/g, ''));
  if (exponent === undefined || !read || read.units < 0n || read.places > exponent) return undefined;
  return String(read.units * 10n ** BigInt(exponent - read.places));
}
