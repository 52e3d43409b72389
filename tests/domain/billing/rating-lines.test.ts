import { describe, expect, test } from 'vitest';
import { formatDecimal } from '#domain/decimal';
import { hourMs } from '#domain/instants';
import { jump, priceOf, volume } from './price-examples.ts';
import { closing, late, open, rateNights, row } from './rating-examples.ts';

describe('a line', () => {
  const price = priceOf({ ...volume, freeUnits: 10, maximumMinor: 12_000, minimumMinor: 5_000 });
  const nights = () =>
    rateNights(price, [
      open(row('60')),
      closing(
        row('60'),
        row('60', { windowStart: 5 * hourMs, windowEnd: 6 * hourMs }),
        late('1', { windowStart: 7 * hourMs, windowEnd: 8 * hourMs }),
      ),
    ]);

  test('is named once for ever by meter, period and number', () => {
    expect(
      nights()
        .flat()
        .map(({ sourceKey }) => sourceKey),
    ).toEqual([1, 2, 3, 4].map((number) => `usage:calls:1970-01-01T00:00:00.000Z:${number}`));
  });

  test('carries how it came about, as JSON', () => {
    const explanations = nights()
      .flat()
      .map(({ explanation }) => explanation);
    expect(JSON.parse(JSON.stringify(explanations))).toEqual(explanations);
    expect(explanations[0]).toEqual({
      meter: 'calls',
      period: { start: '1970-01-01T00:00:00.000Z', end: '1970-02-11T16:00:00.000Z' },
      kind: 'usage',
      isLate: false,
      windows: { rows: 1, firstStart: '1970-01-01T00:00:00.000Z', lastEnd: '1970-01-01T01:00:00.000Z' },
      model: 'volume',
      currency: 'USD',
      quantity: '60',
      freeUnits: '10',
      billable: '50',
      parts: [
        { of: 'units', tier: 1, quantity: '50', unitPrice: '2', amount: '100' },
        { of: 'fee', tier: 1, quantity: '1', unitPrice: '10', amount: '10' },
      ],
      exact: '110',
      minimumMinor: '5000',
      maximumMinor: '12000',
      comesToMinor: '11000',
      bookedMinor: '0',
    });
  });

  test('of late usage names the period it belongs to and the windows that came late', () => {
    expect(nights()[1]?.at(-1)?.explanation).toMatchObject({
      isLate: true,
      period: { start: '1970-01-01T00:00:00.000Z' },
      windows: { rows: 1, firstStart: '1970-01-01T07:00:00.000Z', lastEnd: '1970-01-01T08:00:00.000Z' },
      quantity: '121',
    });
  });

  test('that takes back a tier has no parts, and says what was booked', () => {
    const crossed = rateNights(priceOf({ ...jump }), [open(row('15')), open(row('16'))])[1] ?? [];
    expect(crossed.map(({ explanation }) => explanation)).toMatchObject([
      { parts: [], exact: '0', comesToMinor: '0', bookedMinor: '15000' },
      {
        parts: [{ of: 'units', tier: 2, quantity: '16', unitPrice: '5', amount: '80' }],
        exact: '80',
        comesToMinor: '8000',
        bookedMinor: '0',
      },
    ]);
    expect(crossed.map(({ quantity }) => formatDecimal(quantity))).toEqual(['-15', '16']);
  });

  test('accounts for its units, also where a tier costs nothing', () => {
    const freeAbove = {
      model: 'volume',
      tiers: [
        { upTo: 5, unitPrice: 1 },
        { upTo: null, unitPrice: 0 },
      ],
    };
    const lines = rateNights(priceOf(freeAbove), [open(row('5')), open(row('6')), open(row('3'))]).flat();
    expect(lines.map(({ amountMinor, quantity }) => `${amountMinor} ${formatDecimal(quantity)}`)).toEqual([
      '500 5',
      '-500 1',
      '300 -3',
    ]);
  });

  test('of a price without minimum and maximum names none', () => {
    const [line] = rateNights(priceOf({ model: 'per_unit', unitPrice: 1 }), [open(row('5'))]).flat();
    expect(line?.explanation).not.toHaveProperty('minimumMinor');
    expect(line?.explanation).not.toHaveProperty('maximumMinor');
    expect(line?.explanation.parts).toEqual([{ of: 'units', quantity: '5', unitPrice: '1', amount: '5' }]);
    expect(Object.keys(line?.explanation.parts[0] ?? {})).not.toContain('tier');
  });

  test('of no usage names no windows', () => {
    const [line] = rateNights(priceOf({ model: 'flat', fee: 1 }), [open()]).flat();
    expect(line?.explanation).not.toHaveProperty('windows');
  });
});
