import { exponentOf } from './currencies.ts';

/** An amount in major units with all places of its currency: `-1234.50 EUR`, `12 JPY`. */
export function moneyText(amountMinor: bigint, currency: string): string {
  const places = exponentOf(currency) ?? 0;
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const sign = amountMinor < 0n ? '-' : '';
  return `${sign}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`} ${currency}`;
}
