import { exponentOf } from '#domain/currencies';

/** Minor units as people write them: `12.50`, `1200` for yen. */
export function formatAmount(amountMinor: bigint, currency: string): string {
  const places = exponentOf(currency) ?? 2;
  const digits = String(amountMinor).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
