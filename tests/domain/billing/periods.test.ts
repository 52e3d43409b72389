import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  billingMonths,
  boundDate,
  graceEndOf,
  isClosedBy,
  holds,
  monthlyOn,
  periodAt,
  utcDayOf,
  utcMonthAfter,
  utcMonthOf,
  utcMonthPeriod,
  type Cycle,
} from '#domain/billing/periods';
import { dayMs, hourMs } from '#domain/instants';
import { dateOfDay } from '#domain/local-dates';
import { runs } from './runs.ts';
import { instantText, utc, zone } from './time-examples.ts';

const yearly = (anchor: string): Cycle => ({ anchor, interval: 'year' });
const shown = ({ start, end }: { start: number; end: number }) => [instantText(start), instantText(end)];
const berlin = zone('Europe/Berlin');
const newYork = zone('America/New_York');
const auckland = zone('Pacific/Auckland');

describe('the dates of bounds', () => {
  const dates = (cycle: Cycle, count: number) => Array.from({ length: count }, (_, n) => boundDate(cycle, n));
  test('the anchor day never drifts: Jan 31, Feb 28, Mar 31, Apr 30', () => {
    expect(dates({ anchor: '2026-01-31', interval: 'month' }, 4)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ]);
  });
  test('Jan 31 of a leap year: Feb 29', () => {
    expect(boundDate({ anchor: '2028-01-31', interval: 'month' }, 1)).toBe('2028-02-29');
  });
  test('Feb 29 yearly: Feb 28, 28, 28, 29', () => {
    expect(dates(yearly('2024-02-29'), 5).slice(1)).toEqual(['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
  });
  test('an anchor day of one digit', () => {
    expect(monthlyOn(5)).toEqual({ anchor: '2000-01-05', interval: 'month' });
  });
  test("an anchor day of 31 is the month's last day where it has none", () => {
    expect(shown(periodAt(monthlyOn(31), zone('UTC'), utc('2026-02-28T00:00Z'), []))).toEqual([
      '2026-02-28T00:00Z',
      '2026-03-31T00:00Z',
    ]);
  });
});

describe('the period that holds an instant', () => {
  test.each<[string, Cycle, ReturnType<typeof zone>, string, string, string]>([
    [
      'begins with its first instant',
      monthlyOn(15),
      zone('UTC'),
      '2026-01-15T00:00Z',
      '2026-01-15T00:00Z',
      '2026-02-15T00:00Z',
    ],
    [
      'ends before the next begins',
      monthlyOn(15),
      zone('UTC'),
      '2026-01-14T23:59:59.999Z',
      '2025-12-15T00:00Z',
      '2026-01-15T00:00Z',
    ],
    [
      'is the calendar month in the zone of the org',
      billingMonths,
      berlin,
      '2026-01-31T23:30Z',
      '2026-01-31T23:00Z',
      '2026-02-28T23:00Z',
    ],
    [
      'is an hour short where the clocks go forward',
      billingMonths,
      berlin,
      '2026-03-15T00:00Z',
      '2026-02-28T23:00Z',
      '2026-03-31T22:00Z',
    ],
    [
      'is an hour long where they go back',
      billingMonths,
      berlin,
      '2026-10-15T00:00Z',
      '2026-09-30T22:00Z',
      '2026-10-31T23:00Z',
    ],
    [
      'begins at one where midnight does not exist',
      monthlyOn(24),
      zone('Africa/Cairo'),
      '2026-05-01T00:00Z',
      '2026-04-23T22:00Z',
      '2026-05-23T21:00Z',
    ],
    [
      'of a year from Feb 29',
      yearly('2024-02-29'),
      zone('UTC'),
      '2027-06-01T00:00Z',
      '2027-02-28T00:00Z',
      '2028-02-29T00:00Z',
    ],
    [
      'also before the anchor',
      yearly('2024-02-29'),
      zone('UTC'),
      '2021-01-01T00:00Z',
      '2020-02-29T00:00Z',
      '2021-02-28T00:00Z',
    ],
  ])('%s', (_, cycle, where, at, start, end) => {
    expect(shown(periodAt(cycle, where, utc(at), []))).toEqual([start, end]);
  });

  test('periods follow each other without gap or overlap, none shorter than 27 days', () => {
    const zones = ['UTC', 'Africa/Cairo', 'America/Havana', 'Pacific/Auckland', 'Asia/Kathmandu'].map(zone);
    const anchors = fc.integer({ min: 0, max: 20_000 }).map(dateOfDay);
    fc.assert(
      fc.property(
        anchors,
        fc.constantFrom('month' as const, 'year' as const),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: utc('2040-01-01T00:00Z') }),
        (anchor, interval, where, at) => {
          const cycle = { anchor, interval };
          const period = periodAt(cycle, where, at, []);
          expect(holds(period, at)).toBe(true);
          expect(holds(period, period.start) && !holds(period, period.end)).toBe(true);
          expect(periodAt(cycle, where, period.end, []).start).toBe(period.end);
          expect(periodAt(cycle, where, period.start - 1, []).end).toBe(period.start);
          expect(period.end - period.start).toBeGreaterThan(27 * dayMs);
        },
      ),
      runs,
    );
  });
});

describe('after a change of zone', () => {
  const march = periodAt(billingMonths, berlin, utc('2026-03-10T00:00Z'), []);

  test.each([
    ['to the west, the stored end stays and April ends in the new zone', newYork, '2026-05-01T04:00Z'],
    ['to the east, too', auckland, '2026-04-30T12:00Z'],
  ])('%s', (_, moved, aprilEnd) => {
    const stored = [march.start, march.end];
    expect(periodAt(billingMonths, moved, utc('2026-03-10T00:00Z'), stored)).toEqual(march);
    expect(shown(periodAt(billingMonths, moved, march.end, stored))).toEqual(['2026-03-31T22:00Z', aprilEnd]);
    expect(shown(periodAt(billingMonths, moved, utc('2026-04-20T00:00Z'), stored))).toEqual([
      '2026-03-31T22:00Z',
      aprilEnd,
    ]);
  });

  test('what lies between the bounds of two zones is no period of its own', () => {
    const stored = [march.start, march.end];
    const betweenBounds = utc('2026-04-01T01:00Z');
    expect(shown(periodAt(billingMonths, newYork, betweenBounds, stored))).toEqual([
      '2026-03-31T22:00Z',
      '2026-05-01T04:00Z',
    ]);
    const before = periodAt(billingMonths, newYork, march.start - 1, stored);
    expect(shown(before)).toEqual(['2026-02-01T05:00Z', '2026-02-28T23:00Z']);
  });

  test('the bounds of any two zones stand for one date', () => {
    const east = zone('Pacific/Kiritimati');
    const west = zone('Etc/GMT+12');
    const stored = periodAt(billingMonths, east, utc('2026-03-10T00:00Z'), []);
    const next = periodAt(billingMonths, west, stored.end, [stored.start, stored.end]);
    expect(shown(next)).toEqual(['2026-03-31T10:00Z', '2026-05-01T12:00Z']);
  });

  test('also where the last day of a month is the anchor', () => {
    const east = zone('Pacific/Kiritimati');
    const stored = [utc('2026-03-31T12:00Z')];
    expect(shown(periodAt(monthlyOn(31), east, utc('2026-03-31T11:00Z'), stored))).toEqual([
      '2026-02-27T10:00Z',
      '2026-03-31T12:00Z',
    ]);
  });

  test('S5: no period is shorter than 26 days, whatever zones follow each other', () => {
    const zones = ['Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/Berlin', 'Africa/Cairo'].map(zone);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...zones), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 31 }),
        (moves, day) => {
          const [first = zones[0], ...others] = moves;
          if (!first) return;
          let period = periodAt(monthlyOn(day), first, utc('2026-01-20T00:00Z'), []);
          const stored = [period.start, period.end];
          for (const moved of others) {
            const next = periodAt(monthlyOn(day), moved, period.end, stored);
            expect(next.start).toBe(period.end);
            expect(next.end - next.start).toBeGreaterThan(26 * dayMs);
            expect(next.end - next.start).toBeLessThan(33 * dayMs);
            stored.push(next.end);
            period = next;
          }
        },
      ),
      runs,
    );
  });

  test('a new anchor day makes one short period between the stored end and its first date', () => {
    const stored = [march.start, march.end];
    expect(shown(periodAt(monthlyOn(15), berlin, march.end, stored))).toEqual([
      '2026-03-31T22:00Z',
      '2026-04-14T22:00Z',
    ]);
  });
});

describe('what closes a period', () => {
  const period = { start: 0, end: 100 * hourMs };
  const graceEnd = 112 * hourMs;

  test.each([
    ['is no slot before its end plus grace', graceEnd - 1, false, false],
    ['is the first slot at its end plus grace', graceEnd, false, true],
    ['is the first after it', graceEnd + 1, false, true],
    ['stays: an older slot run again finds it closed', 0, true, true],
  ])('%s', (_, slotAt, wasClosed, isClosed) => expect(isClosedBy(slotAt, period, 12, wasClosed)).toBe(isClosed));

  test('without grace is the first slot at its end', () => expect(graceEndOf(period, 0)).toBe(period.end));
});

describe('UTC months and days', () => {
  test('turn with the UTC midnight', () => {
    expect(utcMonthOf(utc('2026-01-31T23:59:59.999Z'))).toBe('2026-01');
    expect(utcMonthOf(utc('2026-02-01T00:00Z'))).toBe('2026-02');
    expect(utcMonthPeriod('2026-12')).toEqual({ start: utc('2026-12-01T00:00Z'), end: utc('2027-01-01T00:00Z') });
    expect(utcDayOf(dayMs - 1)).toBe(0);
    expect(utcDayOf(dayMs)).toBe(1);
    expect(utcDayOf(-1)).toBe(-1);
  });
  test.each([
    ['2026-11', 0, '2026-11'],
    ['2026-11', 2, '2027-01'],
    ['2026-01', -1, '2025-12'],
  ])('%s and %i months is %s', (month, months, after) => expect(utcMonthAfter(month, months)).toBe(after));
});
