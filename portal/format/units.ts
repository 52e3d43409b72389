import { formatCount, formatDecimalText, formatMoney, formatPercent, formatShort, minorDigitsOf } from './numbers.ts';

/** How a figure is written: exactly, and short beside an axis. */
export interface Unit {
  readonly format: (value: number | bigint) => string;
  readonly tick: (value: number) => string;
  /** As a program reads it. */
  readonly plain: (value: number | bigint) => string;
  /** Named above an axis whose ticks leave it out. */
  readonly name?: string;
  /** The least step of an axis. */
  readonly stepMin: number;
}

export const countUnit: Unit = {
  format: (value) => formatCount(Number(value)),
  tick: formatShort,
  plain: String,
  stepMin: 1,
};

/** Integer minor units of one currency. */
export function moneyUnit(currency: string): Unit {
  const digits = minorDigitsOf(currency);
  const perMajor = 10 ** digits;
  return {
    format: (value) => formatMoney(exactly(value), currency),
    tick: (value) => formatShort(value / perMajor),
    plain: (value) => decimalText(value, digits),
    name: currency,
    stepMin: perMajor,
  };
}

const microDigits = 6;
const micro = 10 ** microDigits;

/** AI credits in millionths. */
export const creditsUnit: Unit = {
  format: formatCredits,
  tick: (value) => formatShort(value / micro),
  plain: (value) => decimalText(value, microDigits),
  stepMin: micro,
};

/** Shares of one, in tenths of a percent. */
export const shareUnit: Unit = {
  format: (value) => formatPercent(Number(value)),
  tick: (value) => `${formatCount(Math.round(value * 100))} %`,
  plain: String,
  stepMin: 0.01,
};

/** "1,204.5" of millionths of credits. */
export function formatCredits(value: number | bigint): string {
  return formatDecimalText(decimalText(value, microDigits).replace(/\.?0+$/, ''));
}

export function exactly(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(Math.round(value));
}

/** "1234.50" of so many minor digits. */
function decimalText(value: number | bigint, digits: number): string {
  const told = exactly(value);
  const magnitude = (told < 0n ? -told : told).toString().padStart(digits + 1, '0');
  const fraction = digits === 0 ? '' : `.${magnitude.slice(-digits)}`;
  return `${told < 0n ? '-' : ''}${magnitude.slice(0, magnitude.length - digits)}${fraction}`;
}
