import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideRounded, splitMinor, totalsByCurrency } from '#domain/money';
import { runs } from './runs.ts';

describe('rounding', () => {
  test.each([
    [5n, 10n, 1n],
    [4n, 10n, 0n],
    [-5n, 10n, -1n],
    [-4n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 3n],
    [0n, 7n, 0n],
    [100_000n, 12n, 8_333n],
  ])('%s / %s is %s, half away from zero', (dividend, divisor, quotient) =>
    expect(divideRounded(dividend, divisor)).toBe(quotient),
  );

  test('is within half a unit and the same on both sides of zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (a, b) => {
          const rounded = divideRounded(a, b);
          const twice = 2n * (rounded * b - a);
          expect(twice <= b && -twice <= b).toBe(true);
          expect(divideRounded(-a, b)).toBe(-rounded);
        },
      ),
      runs,
    );
  });
});

describe('a split', () => {
  test.each<[string, bigint, bigint[], bigint[]]>([
    ['the largest remainder takes the rest', 100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    ['among equal remainders the earlier part is first', 5n, [1n, 1n, 1n], [2n, 2n, 1n]],
    ['a larger remainder goes before an earlier part', 10n, [13n, 27n, 60n], [1n, 3n, 6n]],
    ['a weight of 0 gets nothing', 7n, [0n, 1n, 0n], [0n, 7n, 0n]],
    ['a negative amount is the mirror of the positive one', -100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
    ['a negative weight takes the other way', 50n, [-50n, 150n], [-25n, 75n]],
    ['a negative weight with a remainder still loses nothing', 1n, [-1n, 3n], [0n, 1n]],
    ['nothing is split over nothing', 0n, [0n, 0n], [0n, 0n]],
    ['one part takes it whole', 9n, [4n], [9n]],
  ])('%s', (_, amount, weights, parts) => expect(splitMinor(amount, weights)).toEqual(parts));

  test('of an amount over nothing is refused', () => {
    expect(() => splitMinor(1n, [])).toThrow('over nothing');
    expect(() => splitMinor(1n, [0n])).toThrow('over nothing');
  });

  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 8 })
    .filter((all) => all.some((weight) => weight > 0n));

  test('adds up to the amount, each part within one unit of its share', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), weights, (amount, shares) => {
        const parts = splitMinor(amount, shares);
        const whole = shares.reduce((sum, share) => sum + share, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const [index, part] of parts.entries()) {
          const missed = part * whole - amount * (shares[index] ?? 0n);
          expect(missed < whole && -missed < whole).toBe(true);
        }
      }),
      runs,
    );
  });

  test('raises the parts with the largest remainders, of equal ones the earlier', () => {
    const amount = fc.bigInt({ min: 1n, max: 1_000n });
    fc.assert(
      fc.property(
        amount,
        fc.array(fc.bigInt({ min: 1n, max: 9n }), { minLength: 1, maxLength: 9 }),
        (total, shares) => {
          const whole = shares.reduce((sum, share) => sum + share, 0n);
          const parts = splitMinor(total, shares).map((part, index) => {
            const exact = total * (shares[index] ?? 0n);
            return { index, isRaised: part * whole > exact, remainder: exact % whole };
          });
          const order = parts.toSorted((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
          const firstKept = order.findIndex(({ isRaised }) => !isRaised);
          expect(order.slice(firstKept).some(({ isRaised }) => isRaised)).toBe(false);
        },
      ),
      runs,
    );
  });

  test('of the whole gives each part its weight', () => {
    fc.assert(
      fc.property(weights, (shares) => {
        const whole = shares.reduce((sum, share) => sum + share, 0n);
        expect(splitMinor(whole, shares)).toEqual(shares);
      }),
      runs,
    );
  });
});

test('amounts of two currencies are never added', () => {
  const amounts = [
    { amountMinor: 5n, currency: 'USD' },
    { amountMinor: 7n, currency: 'EUR' },
    { amountMinor: -2n, currency: 'USD' },
  ];
  expect(totalsByCurrency(amounts)).toEqual([
    { amountMinor: 7n, currency: 'EUR' },
    { amountMinor: 3n, currency: 'USD' },
  ]);
  expect(totalsByCurrency([])).toEqual([]);
});
