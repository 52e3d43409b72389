import { minorDigitsOf } from './numbers.ts';

/** Minor units as they are typed: "1234.50". The way back is `parseAmount`. */
export function amountText(minor: string, currency: string): string {
  const exponent = minorDigitsOf(currency);
  if (exponent === 0) return minor;
  const digits = minor.padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
