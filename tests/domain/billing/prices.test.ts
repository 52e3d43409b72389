import { describe, expect, test } from 'vitest';
import { parsePrice, priceInForce } from '#domain/billing/prices';
import { decimal } from '#domain/decimal';
import { flat, graduated, packages, perUnit, priceOf, volume } from './price-examples.ts';

const open = { upTo: null, unitPrice: 1 };
const to = (upTo: unknown, more = {}) => ({ upTo, unitPrice: 1, ...more });

describe('a price is refused when', () => {
  test.each<[string, unknown, string]>([
    ['it is none', null, ''],
    ['its model is unknown', { model: 'tiered', currency: 'USD' }, 'model'],
    ['it has no model', { unitPrice: 1, currency: 'USD' }, 'model'],
    ['a unit price is absent', { model: 'per_unit', currency: 'USD' }, 'unitPrice'],
    ['its fee is absent', { model: 'flat', currency: 'USD' }, 'fee'],
    ['its package has no size', { model: 'package', price: 1, currency: 'USD' }, 'size'],
    ['its package has no price', { model: 'package', size: 1, currency: 'USD' }, 'price'],
    ['its package holds nothing', { model: 'package', size: 0, price: 1, currency: 'USD' }, 'size'],
    ['it has no tiers', { model: 'volume', currency: 'USD' }, 'tiers'],
    ['its list of tiers is empty', { model: 'graduated', tiers: [], currency: 'USD' }, 'tiers'],
    ['a tier has no unit price', { model: 'volume', tiers: [{ upTo: null }], currency: 'USD' }, 'tiers.0.unitPrice'],
    [
      'a tier does not say where it ends',
      { model: 'volume', tiers: [{ unitPrice: 1 }], currency: 'USD' },
      'tiers.0.upTo',
    ],
    ['its last tier is not open', { model: 'volume', tiers: [to(10)], currency: 'USD' }, 'tiers.0.upTo'],
    ['another than the last is open', { model: 'volume', tiers: [open, open], currency: 'USD' }, 'tiers.0.upTo'],
    ['a tier follows an open one', { model: 'volume', tiers: [open, to(5), open], currency: 'USD' }, 'tiers.0.upTo'],
    ['bounds fall', { model: 'graduated', tiers: [to(10), to(5), open], currency: 'USD' }, 'tiers.1.upTo'],
    ['bounds repeat', { model: 'graduated', tiers: [to(10), to('10.0'), open], currency: 'USD' }, 'tiers.1.upTo'],
    ['its first tier holds nothing', { model: 'graduated', tiers: [to(0), open], currency: 'USD' }, 'tiers.0.upTo'],
    ['it has no currency', { model: 'flat', fee: 1 }, 'currency'],
    ['its currency is none', { model: 'flat', fee: 1, currency: 'XXX' }, 'currency'],
    ['a price is a float', { model: 'flat', fee: 1.5, currency: 'USD' }, 'fee'],
    ['a price is below 0', { model: 'flat', fee: '-1', currency: 'USD' }, 'fee'],
    ['a price has 13 places', { model: 'flat', fee: '0.0000000000001', currency: 'USD' }, 'fee'],
    ['free units have 10 places', { ...flat, freeUnits: '0.0000000001', currency: 'USD' }, 'freeUnits'],
    ['free units are below 0', { ...flat, freeUnits: '-1', currency: 'USD' }, 'freeUnits'],
    ['its minimum is not in minor units', { ...flat, minimumMinor: '1.5', currency: 'USD' }, 'minimumMinor'],
    ['its maximum is below 0', { ...flat, maximumMinor: -1, currency: 'USD' }, 'maximumMinor'],
    ['it has a part of another model', { ...flat, unitPrice: 1, currency: 'USD' }, 'unitPrice'],
    [
      'a tier has a part that no tier has',
      { model: 'volume', tiers: [{ ...open, price: 1 }], currency: 'USD' },
      'tiers.0.price',
    ],
  ])('%s, with the path and a reason', (_, told, path) => {
    const parsed = parsePrice(told);
    expect(parsed).toEqual({ ok: false, issues: [{ path, message: expect.stringMatching(/\w/) }] });
  });

  test.each([
    [[open, open], 'Only the last tier is open'],
    [[to(10)], 'The last tier is open: upTo must be null'],
    [[to(10), to(10), open], 'Must be above the bound of the tier before it'],
    [[to(10, { flatFee: 'x' }), open], 'Must be a decimal of at most 12 places, 0 or more'],
    [[to('1.0000000001'), open], 'Must be a decimal of at most 9 places, 0 or more'],
  ])('says what is wrong with its tiers (%#)', (tiers, message) => {
    expect(parsePrice({ model: 'volume', tiers, currency: 'USD' })).toMatchObject({ issues: [{ message }] });
  });

  test('every wrong part of it is listed', () => {
    const parsed = parsePrice({
      model: 'volume',
      tiers: [to(10, { unitPrice: 'x' }), to(5)],
      freeUnits: 0.5,
      currency: 'usd',
    });
    const paths = parsed.ok ? [] : parsed.issues.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['tiers.0.unitPrice', 'freeUnits', 'currency']));
  });
});

describe('a price is taken', () => {
  test.each([graduated, volume, packages, perUnit, flat])('of model $model', (told) => {
    expect(priceOf(told).model).toBe(told.model);
  });

  test('only free units and the flat fee of a tier may be absent, and are 0', () => {
    const price = priceOf({ model: 'volume', tiers: [open] });
    expect(price).toMatchObject({ freeUnits: decimal('0'), tiers: [{ flatFee: decimal('0') }] });
    expect(price.minimumMinor).toBeUndefined();
    expect(price.maximumMinor).toBeUndefined();
  });

  test('unit prices of 12 places and quantities of 9 are kept exactly', () => {
    const price = priceOf({ model: 'per_unit', unitPrice: '0.000000000001', freeUnits: '0.000000001' });
    expect(price).toMatchObject({ unitPrice: decimal('0.000000000001'), freeUnits: decimal('0.000000001') });
  });

  test('minimum and maximum are minor units', () => {
    expect(priceOf({ ...flat, minimumMinor: 5, maximumMinor: 0 })).toMatchObject({
      minimumMinor: 5n,
      maximumMinor: 0n,
    });
  });
});

describe('the price in force', () => {
  const cheap = priceOf({ model: 'flat', fee: 1 });
  const dear = priceOf({ model: 'flat', fee: 2 });
  const own = priceOf({ model: 'flat', fee: 3 });

  test.each([
    ['before any price there is none', 9, undefined],
    ['from its first instant a price is in force', 10, cheap],
    ['until the next begins', 19, cheap],
    ['the next one from its own first instant', 20, dear],
    ['after the last has ended there is none', 30, undefined],
  ])('%s', (_, periodStart, price) => {
    const ofPlan = [
      { from: 20, until: 30, price: dear },
      { from: 10, until: 20, price: cheap },
    ];
    expect(priceInForce(periodStart, [], ofPlan)).toBe(price);
  });

  test('of two that began, the later counts', () => {
    expect(
      priceInForce(
        25,
        [],
        [
          { from: 20, price: dear },
          { from: 10, price: cheap },
        ],
      ),
    ).toBe(dear);
  });

  test("an org's own price goes before its plan's while it is in force", () => {
    const ofOrg = [{ from: 20, until: 30, price: own }];
    const ofPlan = [{ from: 10, price: cheap }];
    expect([19, 20, 29, 30].map((at) => priceInForce(at, ofOrg, ofPlan))).toEqual([cheap, own, own, cheap]);
  });
});
