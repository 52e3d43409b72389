import { exponentOf } from './currencies.ts';
import { divideRounded } from './money.ts';

/** An exact decimal, `units / 10 ** places`: unit prices and quantities. Never a binary float. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

export const zero: Decimal = { units: 0n, places: 0 };

const decimalText = /^(-?)(0|[1-9][0-9]{0,37})(?:\.([0-9]{1,38}))?$/;

/** Reads `-12.50` in its shortest form, undefined for what is no decimal. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = decimalText.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const places = fraction.replace(/0+$/, '');
  return { units: BigInt(`${sign}${whole}${places}`), places: places.length };
}

/** Reads a decimal that was checked before.
 * @throws RangeError for what is no decimal */
export function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed) throw new RangeError(`not a decimal: ${text}`);
  return parsed;
}

export function wholeDecimal(units: bigint): Decimal {
  return { units, places: 0 };
}

/** The shortest text of the value: `12.5`, never `12.50`. */
export function formatDecimal({ units, places }: Decimal): string {
  if (places === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function add(a: Decimal, b: Decimal): Decimal {
  if (a.places === b.places) return { units: a.units + b.units, places: a.places };
  const places = Math.max(a.places, b.places);
  return { units: unitsAt(a, places) + unitsAt(b, places), places };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  if (a.places === b.places) return { units: a.units - b.units, places: a.places };
  return add(a, { units: -b.units, places: b.places });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, places: a.places + b.places };
}

export function sum(decimals: Iterable<Decimal>): Decimal {
  let total = zero;
  for (const one of decimals) total = add(total, one);
  return total;
}

/** Below 0, 0 or above 0, as a sort wants it. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const places = Math.max(a.places, b.places);
  const [left, right] = [unitsAt(a, places), unitsAt(b, places)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function smallest(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) <= 0 ? a : b;
}

export function largest(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) >= 0 ? a : b;
}

/** The least whole number at or above `dividend / divisor`; the divisor is above 0. */
export function ceilQuotient(dividend: Decimal, divisor: Decimal): bigint {
  const places = Math.max(dividend.places, divisor.places);
  const over = unitsAt(dividend, places);
  const under = unitsAt(divisor, places);
  const quotient = over / under;
  return over > 0n && over % under !== 0n ? quotient + 1n : quotient;
}

/**
 * An amount of major units in minor units of its currency (JPY 0 places, USD 2, KWD 3), rounded half away from zero.
 * @throws RangeError for what is no current ISO 4217 code
 */
export function minorOf(amount: Decimal, currency: string): bigint {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new RangeError(`not a currency: ${currency}`);
  if (exponent >= amount.places) return unitsAt(amount, exponent);
  return divideRounded(amount.units, powerOfTen(amount.places - exponent));
}

function unitsAt({ units, places }: Decimal, wanted: number): bigint {
  return wanted === places ? units : units * powerOfTen(wanted - places);
}

const powersOfTen = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));

function powerOfTen(exponent: number): bigint {
  return powersOfTen[exponent] ?? 10n ** BigInt(exponent);
}
