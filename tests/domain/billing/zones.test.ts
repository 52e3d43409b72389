import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localDateOf, openZone, startOfDay } from '#domain/billing/zones';
import { dayMs, hourMs, minuteMs } from '#domain/instants';
import { addMonths, dateOfDay, dayNumberOf } from '#domain/local-dates';
import { runs } from './runs.ts';
import { utc, zone } from './time-examples.ts';

describe('the first instant of a local day', () => {
  test.each([
    ['in UTC is its midnight', 'UTC', '2026-03-29', '2026-03-29T00:00Z'],
    ['east of Greenwich is the evening before', 'Asia/Tokyo', '2026-03-29', '2026-03-28T15:00Z'],
    ['west of Greenwich is the morning', 'America/Los_Angeles', '2026-01-05', '2026-01-05T08:00Z'],
    ['with an offset of three quarters of an hour', 'Asia/Kathmandu', '2026-01-05', '2026-01-04T18:15Z'],
    ['on the day the clocks go forward is in winter time', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00Z'],
    ['the day after is in summer time', 'Europe/Berlin', '2026-03-30', '2026-03-29T22:00Z'],
    ['on the day the clocks go back is in summer time', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00Z'],
    ['the day after is in winter time', 'Europe/Berlin', '2026-10-26', '2026-10-25T23:00Z'],
    ['where midnight does not exist is one in the morning', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00Z'],
    ['where midnight does not exist, west', 'America/Asuncion', '2023-10-01', '2023-10-01T04:00Z'],
    ['where midnight comes twice is the first of them', 'America/Havana', '2026-11-01', '2026-11-01T04:00Z'],
    [
      'where midnight falls back to the day before is the second',
      'America/Sao_Paulo',
      '2018-02-18',
      '2018-02-18T03:00Z',
    ],
    [
      'where it comes again after an hour of the day before is the first',
      'America/St_Johns',
      '2006-10-29',
      '2006-10-29T02:30Z',
    ],
    [
      'where the clocks go forward over midnight is the middle of an hour',
      'America/Toronto',
      '1919-03-31',
      '1919-03-31T04:30Z',
    ],
    ['with an offset of seconds', 'Africa/Monrovia', '1970-01-02', '1970-01-02T00:44:30Z'],
    ['where the whole day is left out is the next day', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00Z'],
    ['after a day that is left out', 'Pacific/Apia', '2011-12-31', '2011-12-30T10:00Z'],
  ])('%s', (_, name, date, instant) => expect(new Date(startOfDay(date, zone(name)))).toEqual(new Date(utc(instant))));

  const names = [
    'Africa/Cairo',
    'Africa/Casablanca',
    'America/Asuncion',
    'America/Havana',
    'America/Sao_Paulo',
    'America/St_Johns',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Asia/Tehran',
    'Atlantic/Azores',
    'Australia/Lord_Howe',
    'Europe/Berlin',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'UTC',
  ];

  test('is the first one at which a clock there shows that day', () => {
    const shownIn = new Map(
      names.map((name) => [name, new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short' })] as const),
    );
    const firstShown = (date: string, name: string) => {
      for (let at = dayNumberOf(date) * dayMs - 16 * hourMs; ; at += 15 * minuteMs) {
        if ((shownIn.get(name)?.format(at) ?? '') >= date) return at;
      }
    };
    const day = fc.integer({ min: dayNumberOf('1985-01-01'), max: dayNumberOf('2035-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...names), day, (name, number) => {
        const date = dateOfDay(number);
        expect(startOfDay(date, zone(name))).toBe(firstShown(date, name));
      }),
      { numRuns: runs.numRuns / 2 },
    );
  });
});

test('the local date turns with the first instant of the day', () => {
  const start = startOfDay('2026-04-24', zone('Africa/Cairo'));
  expect(localDateOf(start, zone('Africa/Cairo'))).toBe('2026-04-24');
  expect(localDateOf(start - 1, zone('Africa/Cairo'))).toBe('2026-04-23');
  expect(localDateOf(utc('2026-01-01T02:00Z'), zone('America/New_York'))).toBe('2025-12-31');
  expect(localDateOf(-1, zone('Africa/Monrovia'))).toBe('1969-12-31');
});

test('a name that is no time zone opens none', () => {
  expect(openZone('Europe/Atlantis')).toBeUndefined();
  expect(openZone('')).toBeUndefined();
});

describe('months counted from a date', () => {
  test.each([
    ['2026-01-31', [0, 1, 2, 3, 4], ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']],
    ['2028-01-31', [1], ['2028-02-29']],
    ['2028-02-29', [12, 24, 36, 48], ['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['2026-01-15', [-1, -12, -13], ['2025-12-15', '2025-01-15', '2024-12-15']],
    ['2026-12-30', [1, 2], ['2027-01-30', '2027-02-28']],
    ['2000-03-01', [-1], ['2000-02-01']],
    ['0001-01-31', [1], ['0001-02-28']],
  ])('%s: the day never drifts', (date, months, dates) =>
    expect(months.map((month) => addMonths(date, month))).toEqual(dates),
  );
});
