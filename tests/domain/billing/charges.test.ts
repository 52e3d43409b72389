import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billableOf, chargeFor, tierOf } from '#domain/billing/charges';
import { compare, decimal, formatDecimal, minorOf, multiply, sum } from '#domain/decimal';
import { quantity, toldPrice } from './arbitraries.ts';
import { flat, graduated, packages, perUnit, priceOf, volume } from './price-examples.ts';
import { runs } from './runs.ts';

const USD = 100n;
const charge = (told: object, amount: string, isClosed = true) =>
  chargeFor(priceOf({ ...told }), decimal(amount), isClosed);

describe('the charge', () => {
  test.each<[string, object, string, bigint]>([
    ['per unit: quantity x unit price', perUnit, '333', 33n],
    ['per unit: rounded once, not per unit', { model: 'per_unit', unitPrice: '0.004' }, '100', 40n],
    ['per unit: of nothing is nothing', perUnit, '0', 0n],
    ['per unit: below 0 is nothing', perUnit, '-5000', 0n],
    [
      'per unit: exact beyond what a float holds',
      { model: 'per_unit', unitPrice: 1 },
      '9007199254740991.01',
      900_719_925_474_099_101n,
    ],

    ["graduated: the first tier's flat fee is due at 0", graduated, '0', 2n * USD],
    ['graduated: the bound belongs to the tier below it', graduated, '10', 102n * USD],
    ['graduated: past the bound the next tier and its fee', graduated, '11', 110n * USD],
    ['graduated: a fee is due as soon as the tier is entered', graduated, '10.000000001', 105n * USD],
    ['graduated: the last tier is open', graduated, '21', 163n * USD],

    ['volume: the first tier at 0', volume, '0', 10n * USD],
    ['volume: the bound belongs to the tier below it', volume, '100', 210n * USD],
    ['volume: the whole quantity at the next price', volume, '101', 101n * USD],
    ['volume: the upper bound of the second tier', volume, '200', 200n * USD],
    ['volume: the last tier is open', volume, '210', 155n * USD],

    ['package: a part of one counts whole', packages, '121', 1_300n * USD],
    ['package: a full one is one', packages, '120', 1_200n * USD],
    ['package: free units come off before it', { ...packages, freeUnits: 10 }, '121', 1_200n * USD],
    ['package: of nothing is nothing', packages, '0', 0n],
    ['package: never below 0', { ...packages, freeUnits: 10 }, '5', 0n],

    ['flat: the fee at 0', flat, '0', 4_990n],
    ['flat: the fee at any quantity', flat, '1000000', 4_990n],

    ['free units come off before any tier', { ...graduated, freeUnits: 10 }, '20', 102n * USD],
    ['free units decide the tier of a volume', { ...volume, freeUnits: 1 }, '101', 210n * USD],
    ['free units do not go below 0', { ...perUnit, freeUnits: '0.5' }, '0.4', 0n],
  ])('%s', (_, told, amount, chargeMinor) => {
    expect(charge(told, amount)).toMatchObject({ chargeMinor, discountMinor: 0n, commitmentMinor: 0n });
  });

  test.each([
    ['JPY', 1n],
    ['USD', 50n],
    ['KWD', 500n],
  ])('is rounded to the minor units of %s, half away from zero', (currency, chargeMinor) => {
    expect(charge({ model: 'per_unit', unitPrice: '0.5', currency }, '1').chargeMinor).toBe(chargeMinor);
  });
});

describe('maximum and minimum', () => {
  const ten = { model: 'per_unit', unitPrice: 10 } as const;
  test.each<[string, object, string, boolean, [bigint, bigint, bigint]]>([
    ['a maximum adds a discount', { ...ten, maximumMinor: 5_000 }, '7', false, [7_000n, -2_000n, 0n]],
    ['a maximum just reached adds none', { ...ten, maximumMinor: 7_000 }, '7', false, [7_000n, 0n, 0n]],
    ['a minimum adds a commitment', { ...ten, minimumMinor: 9_000 }, '7', true, [7_000n, 0n, 2_000n]],
    ['a minimum just reached adds none', { ...ten, minimumMinor: 7_000 }, '7', true, [7_000n, 0n, 0n]],
    ['a minimum is due only when the period closes', { ...ten, minimumMinor: 9_000 }, '7', false, [7_000n, 0n, 0n]],
    ['a minimum is due whole where nothing was used', { ...ten, minimumMinor: 9_000 }, '0', true, [0n, 0n, 9_000n]],
    [
      'the maximum is applied first, the minimum is compared with what is left',
      { ...ten, maximumMinor: 5_000, minimumMinor: 6_000 },
      '7',
      true,
      [7_000n, -2_000n, 1_000n],
    ],
    ['a maximum of 0 takes all off', { ...ten, maximumMinor: 0 }, '7', true, [7_000n, -7_000n, 0n]],
  ])('%s', (_, told, amount, isClosed, [chargeMinor, discountMinor, commitmentMinor]) => {
    expect(charge(told, amount, isClosed)).toMatchObject({ chargeMinor, discountMinor, commitmentMinor });
  });
});

describe('the explanation of a charge', () => {
  const partsOf = (told: object, amount: string) =>
    charge(told, amount).parts.map(({ of, tier, quantity: units, unitPrice, amount: costs }) =>
      [of, tier ?? '-', formatDecimal(units), formatDecimal(unitPrice), formatDecimal(costs)].join(' '),
    );

  test.each<[string, object, string, string[]]>([
    [
      'graduated names each tier entered and its fee',
      graduated,
      '21',
      ['units 1 10 10 100', 'fee 1 1 2 2', 'units 2 10 5 50', 'fee 2 1 3 3', 'units 3 1 5 5', 'fee 3 1 3 3'],
    ],
    ['graduated at 0 names the first tier', graduated, '0', ['units 1 0 10 0', 'fee 1 1 2 2']],
    ['volume names the one tier', volume, '210', ['units 3 210 0.5 105', 'fee 3 1 50 50']],
    ['a tier without a fee names none', volume, '101', ['units 2 101 1 101']],
    ['package counts packages', packages, '121', ['packages - 13 100 1300']],
    ['per unit', perUnit, '333', ['units - 333 0.001 0.333']],
    ['flat', flat, '333', ['fee - 1 49.9 49.9']],
    ['free units are not among the units', { ...perUnit, freeUnits: 33 }, '333', ['units - 300 0.001 0.3']],
  ])('%s', (_, told, amount, parts) => expect(partsOf(told, amount)).toEqual(parts));

  test('adds up: units x unit price is each amount, the amounts are the exact sum, rounded once the charge', () => {
    fc.assert(
      fc.property(toldPrice, quantity, (told, amount) => {
        const price = priceOf(told);
        const { parts, exact, chargeMinor } = chargeFor(price, decimal(amount), true);
        for (const part of parts) expect(compare(multiply(part.quantity, part.unitPrice), part.amount)).toBe(0);
        expect(compare(sum(parts.map((part) => part.amount)), exact)).toBe(0);
        expect(minorOf(exact, price.currency)).toBe(chargeMinor);
      }),
      runs,
    );
  });

  test('accounts for every billable unit of a price by units', () => {
    fc.assert(
      fc.property(toldPrice, quantity, (told, amount) => {
        const price = priceOf(told);
        if (price.model === 'flat' || price.model === 'package') return;
        const units = chargeFor(price, decimal(amount), true).parts.filter(({ of }) => of === 'units');
        expect(compare(sum(units.map((part) => part.quantity)), billableOf(price, decimal(amount)))).toBe(0);
      }),
      runs,
    );
  });
});

describe('prices', () => {
  test('more is never cheaper, but by volume', () => {
    fc.assert(
      fc.property(toldPrice, quantity, quantity, (told, a, b) => {
        if (told.model === 'volume') return;
        const [less, more] = compare(decimal(a), decimal(b)) < 0 ? [a, b] : [b, a];
        const price = priceOf(told);
        const total = (amount: string) => {
          const { chargeMinor, discountMinor, commitmentMinor } = chargeFor(price, decimal(amount), true);
          expect(chargeMinor >= 0n && discountMinor <= 0n && commitmentMinor >= 0n).toBe(true);
          return { chargeMinor, totalMinor: chargeMinor + discountMinor + commitmentMinor };
        };
        expect(total(more).chargeMinor >= total(less).chargeMinor).toBe(true);
        expect(total(more).totalMinor >= total(less).totalMinor).toBe(true);
      }),
      runs,
    );
  });

  test('a closed period comes to at least the minimum, and to no more than the maximum unless the minimum is higher', () => {
    fc.assert(
      fc.property(toldPrice, quantity, (told, amount) => {
        const price = priceOf(told);
        const { chargeMinor, discountMinor, commitmentMinor } = chargeFor(price, decimal(amount), true);
        const totalMinor = chargeMinor + discountMinor + commitmentMinor;
        const { minimumMinor = 0n, maximumMinor } = price;
        expect(totalMinor >= minimumMinor).toBe(true);
        if (maximumMinor !== undefined && maximumMinor >= minimumMinor) expect(totalMinor <= maximumMinor).toBe(true);
      }),
      runs,
    );
  });

  test.each([
    ['0', 1],
    ['10', 1],
    ['10.000001', 2],
    ['20', 2],
    ['20.000000001', 3],
    ['9007199254740991', 3],
  ])('upTo 10 holds 10; 10.000001 is in the next: %s is in tier %i', (amount, tier) => {
    const price = priceOf(graduated);
    expect(price.model === 'graduated' && tierOf(price.tiers, decimal(amount))).toBe(tier);
  });
});
