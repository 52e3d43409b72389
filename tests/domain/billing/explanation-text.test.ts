import { expect, test } from 'vitest';
import { usageOf } from '#domain/billing/aggregation';
import { explanationText } from '#domain/billing/explanation-text';
import { parsePrice } from '#domain/billing/prices';
import { nothingBooked, rate } from '#domain/billing/rating';
import { decimal } from '#domain/decimal';
import { moneyText } from '#domain/money-text';

test.each([
  [123_450n, 'EUR', '1234.50 EUR'],
  [-5n, 'EUR', '-0.05 EUR'],
  [12n, 'JPY', '12 JPY'],
  [1_005n, 'KWD', '1.005 KWD'],
] as const)('%s minor units of %s read %s', (minor, currency, text) => {
  expect(moneyText(minor, currency)).toBe(text);
});

test('a usage line reads as the sum that made it, step by step', () => {
  const price = parsePrice({
    model: 'graduated',
    currency: 'EUR',
    freeUnits: '1',
    tiers: [
      { upTo: '10', unitPrice: '10', flatFee: '2' },
      { upTo: null, unitPrice: '5' },
    ],
  });
  if (!price.ok) throw new Error('not a price');
  const period = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 1, 1) };
  const entry = {
    quantity: decimal('12'),
    windowStart: period.start,
    windowEnd: period.start + 1,
    receivedAt: period.start,
    eventId: 'e',
    rowIndex: 0,
  };
  const usage = usageOf('sum', [entry], period, 12);
  const [line] = rate({ meter: 'calls', price: price.value, period, isClosed: false, usage, booked: nothingBooked });
  expect(explanationText(line?.explanation)).toEqual([
    'for 2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z',
    '1 row of usage, 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:00.001Z',
    '12 - 1 free = 11, graduated',
    'tier 1: 10 units x 10 = 100',
    'tier 1: 1 fee x 2 = 2',
    'tier 2: 1 units x 5 = 5',
    '= 107 EUR exactly',
    'comes to 107.00 EUR, 0.00 EUR of it booked before',
  ]);
  expect(explanationText(null)).toEqual([]);
});
