import { exponentOf } from '#domain/currencies';

/** One pinned locale, on server and in browser alike. */
export const locale = 'en-US';

/** What stands where there is no figure. */
export const nothing = '–';
export const minus = '−';

const counts = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function formatCount(count: number): string {
  return counts.format(count).replace('-', minus);
}

const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });

/** "1.2M", where the whole count stands beside it. */
export function formatShort(count: number): string {
  return Math.abs(count) < 10_000 ? formatCount(count) : compact.format(count).replace('-', minus);
}

/** "10,000+" for a count that was stopped at its bound. */
export function formatCapped({ value, isCapped }: { readonly value: number; readonly isCapped: boolean }): string {
  return `${formatCount(value)}${isCapped ? '+' : ''}`;
}

export function formatShare(part: number, whole: number): string {
  return whole === 0 ? nothing : formatPercent(part / whole);
}

/** "12.5 %" of 0.125. */
export function formatPercent(share: number): string {
  return `${percents.format(share * 100).replace('-', minus)} %`;
}

/** Percentage points, signed: "+1.3"; nothing of what is less than is told. */
export function formatPoints(points: number): string {
  const size = percents.format(Math.abs(points));
  return size === percents.format(0) ? size : `${points < 0 ? minus : '+'}${size}`;
}

const byteUnits = ['B', 'KiB', 'MiB'] as const;

export function formatBytes(bytes: number): string {
  const power = Math.min(byteUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)));
  const scaled = bytes / 1024 ** power;
  return `${power === 0 ? scaled : percents.format(scaled)} ${byteUnits[power]}`;
}

/** A decimal of any size, exactly as it is, its whole part grouped. */
export function formatDecimalText(text: string): string {
  const [whole = '', fraction] = text.replace(/^-/, '').split('.');
  return `${text.startsWith('-') ? minus : ''}${counts.format(BigInt(whole || '0'))}${fraction ? `.${fraction}` : ''}`;
}

/** An amount of integer minor units with its code: "1,234.50 EUR". Exact for any size. */
export function formatMoney(amountMinor: string | bigint, currency: string | undefined): string {
  const digits = minorDigitsOf(currency);
  const amount = BigInt(amountMinor);
  const magnitude = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0');
  const whole = counts.format(BigInt(magnitude.slice(0, magnitude.length - digits)));
  const fraction = digits === 0 ? '' : `.${magnitude.slice(-digits)}`;
  return `${amount < 0n ? minus : ''}${whole}${fraction}${currency ? ` ${currency}` : ''}`;
}

/** How many of an amount's digits are minor units: 2 where the currency is none that is known. */
export function minorDigitsOf(currency: string | undefined): number {
  return (currency === undefined ? undefined : exponentOf(currency)) ?? 2;
}
