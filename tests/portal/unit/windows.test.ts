import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketMs, daysWindow, isPreset, presets, presetWindow } from '#portal/lists/windows';
import type { Preset, Window } from '#portal/lists/windows';
import { addDays, dayOf, isTimeZone, parseDay, startOfDay, writeDay } from '#portal/lists/zones';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];

function written({ from, to, previous }: Window) {
  return [from, to, previous.from, previous.to].map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
}

const expected: readonly (readonly [Preset, string, readonly string[]])[] = [
  ['24h', 'UTC', ['2026-11-23T14:07:00Z', '2026-11-24T14:07:00Z', '2026-11-22T14:07:00Z', '2026-11-23T14:07:00Z']],
  ['today', 'UTC', ['2026-11-24T00:00:00Z', '2026-11-24T14:06:12Z', '2026-11-23T00:00:00Z', '2026-11-23T14:06:12Z']],
  ['yesterday', 'UTC', ['2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z']],
  ['7d', 'UTC', ['2026-11-17T00:00:00Z', '2026-11-24T00:00:00Z', '2026-11-10T00:00:00Z', '2026-11-17T00:00:00Z']],
  ['30d', 'Asia/Tokyo', ['2026-10-25T00:00:00Z', '2026-11-24T00:00:00Z', '2026-09-25T00:00:00Z', '2026-10-25T00:00:00Z']],
  ['90d', 'UTC', ['2026-08-26T00:00:00Z', '2026-11-24T00:00:00Z', '2026-05-28T00:00:00Z', '2026-08-26T00:00:00Z']],
  ['mtd', 'UTC', ['2026-11-01T00:00:00Z', '2026-11-24T14:06:12Z', '2026-10-01T00:00:00Z', '2026-10-24T14:06:12Z']],
  ['lastmonth', 'UTC', ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', '2026-09-01T00:00:00Z', '2026-10-01T00:00:00Z']],
  ['qtd', 'UTC', ['2026-10-01T00:00:00Z', '2026-11-24T14:06:12Z', '2026-07-01T00:00:00Z', '2026-08-24T14:06:12Z']],
  ['ytd', 'UTC', ['2026-01-01T00:00:00Z', '2026-11-24T14:06:12Z', '2025-01-01T00:00:00Z', '2025-11-24T14:06:12Z']],
  ['today', 'America/New_York', ['2026-11-24T05:00:00Z', '2026-11-24T14:06:12Z', '2026-11-23T05:00:00Z', '2026-11-23T14:06:12Z']],
];

describe('a preset', () => {
  test.each(expected)('%s in %s is this span and is compared with that one', (preset, zone, span) =>
    expect(written(presetWindow(preset, now, zone))).toEqual(span),
  );

  test('is half-open, holds what its name says, and lies after what it is compared with', () => {
    const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...presets), fc.constantFrom(...zones), instants, (preset, zone, at) => {
        const { from, to, previous } = presetWindow(preset, at, zone);
        expect(from).toBeLessThanOrEqual(to);
        expect(previous.from).toBeLessThanOrEqual(previous.to);
        expect(previous.to).toBeLessThanOrEqual(from);
      }),
    );
  });

  test('means the same span for a figure and for the list opened within its minute', () => {
    const minute = Date.UTC(2026, 10, 24, 14, 6);
    expect(presetWindow('24h', minute + 59_999, 'UTC')).toEqual(presetWindow('24h', minute, 'UTC'));
    expect(presetWindow('24h', minute + 60_000, 'UTC')).not.toEqual(presetWindow('24h', minute, 'UTC'));
  });

  test('is one of ten words', () => {
    expect(presets).toHaveLength(10);
    expect([isPreset('24h'), isPreset('48h'), isPreset('toString')]).toEqual([true, false, false]);
  });
});

describe('days', () => {
  test.each([
    ['2026-03-29', 'Europe/Berlin', 23],
    ['2026-10-25', 'Europe/Berlin', 25],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    ['2026-11-24', 'UTC', 24],
  ])('%s in %s has %d hours', (text, zone, hours) => {
    const day = parseDay(text) ?? { year: 0, month: 0, day: 0 };
    const { from, to, previous } = daysWindow(day, day, zone);
    expect((to - from) / 3_600_000).toBe(hours);
    expect(previous.to - previous.from).toBe(to - from);
  });

  test('begin at the first instant of the day in every zone', () => {
    const instants = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, at) => {
        const day = dayOf(at, zone);
        const start = startOfDay(day, zone);
        expect(dayOf(start, zone)).toEqual(day);
        expect(writeDay(dayOf(start - 1, zone))).toBe(writeDay(addDays(day, -1)));
      }),
    );
  });

  test('are written as they are read, and only real ones are read', () => {
    expect(parseDay('2028-02-29')).toEqual({ year: 2028, month: 2, day: 29 });
    for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '0026-01-01', '9999-12-31', '24h', '', '2026-11-24x'])
      expect(parseDay(text)).toBeUndefined();
    expect(writeDay({ year: 2026, month: 3, day: 9 })).toBe('2026-03-09');
  });
});

test('a window is cut into parts that cover it', () => {
  for (const parts of [1, 7, 24]) {
    const span = { from: now, to: now + 86_400_001 };
    expect(bucketMs(span, parts) * parts).toBeGreaterThanOrEqual(span.to - span.from);
  }
  expect(bucketMs({ from: now, to: now }, 24)).toBe(1);
});

test('a zone is one that this Node knows', () => {
  expect(zones.map(isTimeZone)).not.toContain(false);
  expect(['Mars/Olympus', '', 'UTC; drop'].map(isTimeZone)).toEqual([false, false, false]);
});
