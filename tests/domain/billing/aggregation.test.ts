import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate, usageOf, type Aggregation, type UsageEntry } from '#domain/billing/aggregation';
import { decimal, formatDecimal } from '#domain/decimal';
import { hourMs } from '#domain/instants';
import { quantity } from './arbitraries.ts';
import { runs } from './runs.ts';

const entry = (amount: string, more: Partial<UsageEntry> = {}): UsageEntry => ({
  quantity: decimal(amount),
  windowStart: 0,
  windowEnd: 10,
  receivedAt: 20,
  eventId: 'evt_a',
  rowIndex: 0,
  ...more,
});

describe('a meter', () => {
  const later = { windowEnd: 11 };
  test.each<[string, Aggregation, UsageEntry[], string]>([
    ['sum adds', 'sum', [entry('1.5'), entry('2.25')], '3.75'],
    ['two rows of one window are both counted', 'sum', [entry('2'), entry('2')], '4'],
    ['sum of nothing is 0', 'sum', [], '0'],
    ['a correction may be negative', 'sum', [entry('5'), entry('-2')], '3'],
    ['max takes the largest', 'max', [entry('9'), entry('10'), entry('2')], '10'],
    ['max of nothing is 0', 'max', [], '0'],
    ['latest of nothing is 0', 'latest', [], '0'],
    [
      'latest is the row with the latest window end',
      'latest',
      [entry('7', later), entry('9', { windowStart: 5 })],
      '7',
    ],
    ['then the latest start', 'latest', [entry('7', { windowStart: 5 }), entry('9', { receivedAt: 99 })], '7'],
    ['then the latest arrival', 'latest', [entry('7', { receivedAt: 21 }), entry('9')], '7'],
    ['of one request, the later row', 'latest', [entry('7', { rowIndex: 10 }), entry('9', { rowIndex: 9 })], '7'],
    [
      'of one instant, the later event id',
      'latest',
      [entry('7', { eventId: 'evt_b' }), entry('9', { rowIndex: 9 })],
      '7',
    ],
    ['count counts rows', 'count', [entry('7'), entry('0')], '2'],
    ['count of nothing is 0', 'count', [], '0'],
  ])('%s', (_, aggregation, rows, amount) => {
    expect(formatDecimal(aggregate(aggregation, rows))).toBe(amount);
    expect(formatDecimal(aggregate(aggregation, rows.toReversed()))).toBe(amount);
  });

  test('comes to one quantity whatever the order of its rows', () => {
    const row = fc
      .tuple(
        quantity,
        fc.nat(2),
        fc.integer({ min: 3, max: 5 }),
        fc.nat(2),
        fc.constantFrom('evt_a', 'evt_b'),
        fc.nat(1_000),
      )
      .map(([amount, windowStart, windowEnd, receivedAt, eventId, rowIndex]) =>
        entry(amount, { windowStart, windowEnd, receivedAt, eventId, rowIndex }),
      );
    const rows = fc.uniqueArray(row, { selector: ({ eventId, rowIndex }) => `${eventId} ${rowIndex}`, maxLength: 8 });
    const shuffled = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<Aggregation>('sum', 'max', 'latest', 'count'),
        shuffled,
        (aggregation, [one, other]) => {
          expect(aggregate(aggregation, other)).toEqual(aggregate(aggregation, one));
        },
      ),
      runs,
    );
  });
});

describe('the usage of a period', () => {
  const period = { start: 100 * hourMs, end: 200 * hourMs };
  const at = (hours: number, ms = 0) => hours * hourMs + ms;
  const row = (amount: string, windowStart: number, receivedAt = at(201)) =>
    entry(amount, { windowStart, windowEnd: windowStart + 5, receivedAt });

  test.each([
    ['a row belongs to the period in which its window starts', row('1', at(200, -1)), '1'],
    ['from the first instant of the period', row('1', at(100)), '1'],
    ['not before it', row('1', at(100, -1)), '0'],
    ['not at its end', row('1', at(200)), '0'],
  ])('%s', (_, only, amount) => {
    expect(formatDecimal(usageOf('sum', [only], period, 12).quantity)).toBe(amount);
  });

  test.each([
    ['received before end plus grace it is in time', at(212, -1), '1', true],
    ['received at end plus grace it is late', at(212), '0', false],
  ])('%s', (_, receivedAt, amount, isInTime) => {
    const usage = usageOf('sum', [row('1', at(150), receivedAt)], period, 12);
    expect(formatDecimal(usage.inTimeQuantity)).toBe(amount);
    expect(formatDecimal(usage.quantity)).toBe('1');
    expect([usage.inTimeWindows !== undefined, usage.lateWindows !== undefined]).toEqual([isInTime, !isInTime]);
  });

  test('names the windows it came from, those in time and those late', () => {
    const rows = [row('1', at(110)), row('2', at(105)), row('4', at(120), at(300)), row('8', at(99))];
    expect(usageOf('sum', rows, period, 12)).toEqual({
      inTimeQuantity: decimal('3'),
      quantity: decimal('7'),
      inTimeWindows: { rows: 2, firstStart: at(105), lastEnd: at(110, 5) },
      lateWindows: { rows: 1, firstStart: at(120), lastEnd: at(120, 5) },
    });
  });
});
