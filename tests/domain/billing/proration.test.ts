import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billingMonths, periodAt, type Period } from '#domain/billing/periods';
import { chargeForDaysLeft, creditForDaysLeft, daysLeftOf, daysOf } from '#domain/billing/proration';
import { runs } from './runs.ts';
import { utc, zone } from './time-examples.ts';

const UTC = zone('UTC');
const berlin = zone('Europe/Berlin');
const january = month('2026-01-10T00:00Z');
const on = (day: number, time = '12:00') => utc(`2026-01-${String(day).padStart(2, '0')}T${time}Z`);

function month(at: string, where = UTC): Period {
  return periodAt(billingMonths, where, utc(at), []);
}

describe('days', () => {
  test.each([
    ['of January', january, UTC, 31],
    ['of February', month('2026-02-10T00:00Z'), UTC, 28],
    ['of a leap February', month('2028-02-10T00:00Z'), UTC, 29],
    ['of a month in which the clocks go forward', month('2026-03-10T00:00Z', berlin), berlin, 31],
    ['of a month in which they go back', month('2026-10-10T00:00Z', berlin), berlin, 31],
    [
      'of a month that begins without a midnight',
      { start: utc('2026-04-23T22:00Z'), end: utc('2026-05-23T21:00Z') },
      zone('Africa/Cairo'),
      30,
    ],
  ])('%s are calendar days in the zone of the org', (_, period, where, days) =>
    expect(daysOf(period, where)).toBe(days),
  );

  test.each([
    ['from the first day all are left', on(1, '00:00'), 31],
    ['the day of a change counts as left, from its first instant', on(17, '00:00'), 15],
    ['to its last', on(17, '23:59'), 15],
    ['on the last day one is left', on(31), 1],
    ['at the end none is left', january.end, 0],
    ['long after it none is left', utc('2026-05-01T00:00Z'), 0],
    ['before the start all are left', utc('2025-12-01T00:00Z'), 31],
  ])('%s', (_, changedAt, left) => expect(daysLeftOf(january, UTC, changedAt)).toBe(left));

  test('are told by the clocks of the zone, not by UTC', () => {
    const period = month('2026-01-10T00:00Z', berlin);
    expect(daysLeftOf(period, berlin, utc('2026-01-16T23:30Z'))).toBe(15);
    expect(daysLeftOf(period, berlin, utc('2026-01-16T22:30Z'))).toBe(16);
  });
});

describe('a change of price', () => {
  const booked = [{ amountMinor: 10_000n, period: january }];

  test('100.00 with 15 of 31 days left is 48.39', () => {
    expect(creditForDaysLeft(booked, UTC, on(17))).toBe(-4_839n);
    expect(chargeForDaysLeft(10_000n, january, UTC, on(17))).toBe(4_839n);
  });

  test('credits what was really booked, not what the price was', () => {
    expect(creditForDaysLeft([{ amountMinor: 9_000n, period: january }], UTC, on(17))).toBe(-4_355n);
  });

  test('sums up all that was booked for the days left and rounds once', () => {
    const thirds = [1n, 1n, 1n].map((amountMinor) => ({ amountMinor, period: january }));
    expect(creditForDaysLeft(thirds, UTC, on(21))).toBe(-1n);
    expect(creditForDaysLeft(thirds.slice(0, 1), UTC, on(21))).toBe(0n);
  });

  test('a second change credits what the first one booked, too', () => {
    const rest = { start: on(10, '00:00'), end: january.end };
    const credit = creditForDaysLeft(booked, UTC, on(10));
    const charge = chargeForDaysLeft(20_000n, january, UTC, on(10));
    expect([credit, charge]).toEqual([-7_097n, 14_194n]);
    const all = [...booked, { amountMinor: credit, period: rest }, { amountMinor: charge, period: rest }];
    // 10,000 x 15/31 - 7,097 x 15/22 + 14,194 x 15/22 = 9,677.57
    expect(creditForDaysLeft(all, UTC, on(17))).toBe(-9_678n);
  });

  test('what ended before the change is not credited', () => {
    const past = { amountMinor: 500n, period: { start: january.start, end: on(10, '00:00') } };
    expect(creditForDaysLeft([past], UTC, on(10))).toBe(0n);
    expect(creditForDaysLeft([], UTC, on(10))).toBe(0n);
  });

  test('on the first day all goes back and the new price is due whole', () => {
    expect(creditForDaysLeft(booked, UTC, on(1))).toBe(-10_000n);
    expect(chargeForDaysLeft(777n, january, UTC, on(1))).toBe(777n);
  });

  const day = fc.integer({ min: 1, max: 31 });
  const price = fc.bigInt({ min: 0n, max: 10n ** 12n });

  test('to the same price costs nothing', () => {
    fc.assert(
      fc.property(price, day, (priceMinor, changed) => {
        const credit = creditForDaysLeft([{ amountMinor: priceMinor, period: january }], UTC, on(changed));
        expect(credit + chargeForDaysLeft(priceMinor, january, UTC, on(changed))).toBe(0n);
      }),
      runs,
    );
  });

  test('never credits more than was booked, and the less the later', () => {
    fc.assert(
      fc.property(price, day, day, (amountMinor, one, other) => {
        const credit = (changed: number) => -creditForDaysLeft([{ amountMinor, period: january }], UTC, on(changed));
        const [early, late] = [credit(Math.min(one, other)), credit(Math.max(one, other))];
        expect(late >= 0n && early >= late && early <= amountMinor).toBe(true);
      }),
      runs,
    );
  });
});
