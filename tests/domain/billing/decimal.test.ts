import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  ceilQuotient,
  compare,
  decimal,
  formatDecimal,
  largest,
  minorOf,
  multiply,
  parseDecimal,
  smallest,
  subtract,
  sum,
} from '#domain/decimal';
import { runs } from './runs.ts';

describe('decimals', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.10', '0.1'],
    ['-12.500', '-12.5'],
    ['0.000000000001', '0.000000000001'],
    ['-0.05', '-0.05'],
    ['10.000000000', '10'],
    ['9007199254740991', '9007199254740991'],
  ])('%s is read and written as %s', (text, shortest) => expect(formatDecimal(decimal(text))).toBe(shortest));

  test('are kept in their shortest form', () => {
    expect(parseDecimal('12.500')).toEqual({ units: 125n, places: 1 });
    expect(parseDecimal('-7.000')).toEqual({ units: -7n, places: 0 });
  });

  test.each(['', '.5', '5.', '1e3', '01', '+1', '1,5', ' 1', '0x1', 'NaN', '--1', '1.2.3'])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
    expect(() => decimal(text)).toThrow(`not a decimal: ${text}`);
  });

  const exact = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
    .map(([units, places]) => ({ units, places }));

  test('what is written is read back as the same value', () => {
    fc.assert(
      fc.property(exact, (value) => compare(decimal(formatDecimal(value)), value) === 0),
      runs,
    );
  });

  test('addition, subtraction and multiplication are exact', () => {
    const scaled = (value: { units: bigint; places: number }, places: number) =>
      value.units * 10n ** BigInt(places - value.places);
    fc.assert(
      fc.property(exact, exact, (a, b) => {
        expect(scaled(add(a, b), 24)).toBe(scaled(a, 24) + scaled(b, 24));
        expect(scaled(subtract(a, b), 24)).toBe(scaled(a, 24) - scaled(b, 24));
        expect(scaled(multiply(a, b), 24)).toBe((scaled(a, 24) * scaled(b, 24)) / 10n ** 24n);
        expect(sum([a, b, a])).toEqual(add(add(a, b), a));
      }),
      runs,
    );
  });

  test('are ordered by value, not by text', () => {
    expect(compare(decimal('9'), decimal('10'))).toBe(-1);
    expect(compare(decimal('-9'), decimal('-10'))).toBe(1);
    expect(compare(decimal('1.50'), decimal('1.5'))).toBe(0);
    expect(largest(decimal('0.3'), decimal('0.25'))).toEqual(decimal('0.3'));
    expect(smallest(decimal('0.3'), decimal('0.25'))).toEqual(decimal('0.25'));
  });

  test.each([
    ['121', '10', 13n],
    ['120', '10', 12n],
    ['120.000000001', '10', 13n],
    ['0', '10', 0n],
    ['0.1', '0.25', 1n],
    ['0.5', '0.25', 2n],
    ['-5', '10', 0n],
    ['-15', '10', -1n],
  ])('the packages that hold %s by %s are %s', (dividend, divisor, packages) =>
    expect(ceilQuotient(decimal(dividend), decimal(divisor))).toBe(packages),
  );
});

describe('an amount in minor units', () => {
  test.each([
    ['1', 'JPY', 1n],
    ['1', 'USD', 100n],
    ['1', 'KWD', 1_000n],
    ['1', 'HUF', 100n],
    ['1', 'CLF', 10_000n],
    ['0.005', 'USD', 1n],
    ['0.004999999999', 'USD', 0n],
    ['-0.005', 'USD', -1n],
    ['-0.0049', 'USD', 0n],
    ['0.5', 'JPY', 1n],
    ['1.5', 'JPY', 2n],
    ['2.5', 'JPY', 3n],
    ['-2.5', 'JPY', -3n],
    ['0.0005', 'KWD', 1n],
    ['12.345', 'USD', 1_235n],
    ['12.344', 'USD', 1_234n],
  ])('%s %s is %s: the exponent comes from the currency, half goes away from zero', (amount, currency, minor) =>
    expect(minorOf(decimal(amount), currency)).toBe(minor),
  );

  test('is refused for what is no currency', () =>
    expect(() => minorOf(decimal('1'), 'XXX')).toThrow('not a currency: XXX'));
});
