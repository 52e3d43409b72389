import { exponentOf } from '#domain/currencies';
import { parseDecimal } from '#domain/decimal';

const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

/**
 * What was typed in whole units ("1,234.50") as minor units of a currency; undefined for what is none, or has too many places. A comma parts
 * thousands only: who writes "12,50" means no 1,250.
 */
export function parseAmount(text: string, currency: string): string | undefined {
  const exponent = exponentOf(currency);
  const typed = text.replaceAll(/\s/g, '');
  const read = parseDecimal(grouped.test(typed) ? typed.replaceAll(',', '') : typed);
  if (exponent === undefined || !read || read.units < 0n || read.places > exponent) return undefined;
  return String(read.units * 10n ** BigInt(exponent - read.places));
}
