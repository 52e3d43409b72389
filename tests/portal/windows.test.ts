import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '#domain/instants';
import { daysWindow, presets, presetWindow } from '#portal/lists/windows';
import { dayOf, parseDay, startOfDay, writeDay } from '#portal/lists/zones';

const now = Date.UTC(2026, 10, 24, 14, 6, 30);
const utc = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day);
const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];

describe('windows', () => {
  it('S5: 7d, 30d and 90d are whole UTC days that end yesterday, whatever the zone', () => {
    for (const zone of zones) {
      expect(presetWindow('7d', now, zone)).toMatchObject({ from: utc(2026, 11, 17), to: utc(2026, 11, 24) });
      expect(presetWindow('30d', now, zone)).toMatchObject({ from: utc(2026, 10, 25), to: utc(2026, 11, 24) });
      expect(presetWindow('90d', now, zone)).toMatchObject({ from: utc(2026, 8, 26), to: utc(2026, 11, 24) });
    }
  });

  it('K1, S5: the window before is as long and ends where the window begins', () => {
    for (const preset of ['24h', '7d', '30d', '90d', 'yesterday'] as const) {
      const { from, to, previous } = presetWindow(preset, now, 'UTC');
      expect(previous).toEqual({ from: from - (to - from), to: from });
    }
  });

  it('month, quarter and year to date are compared with the same elapsed span', () => {
    const elapsed = now - utc(2026, 11, 1);
    expect(presetWindow('mtd', now, 'UTC')).toEqual({
      from: utc(2026, 11, 1),
      to: now,
      previous: { from: utc(2026, 10, 1), to: utc(2026, 10, 1) + elapsed },
    });
    expect(presetWindow('qtd', now, 'UTC').previous.from).toBe(utc(2026, 7, 1));
    expect(presetWindow('ytd', now, 'UTC').previous.from).toBe(utc(2025, 1, 1));
  });

  it('a short month before never reaches into the month itself', () => {
    const endOfMarch = Date.UTC(2026, 2, 31, 23);
    expect(presetWindow('mtd', endOfMarch, 'UTC').previous).toEqual({ from: utc(2026, 2, 1), to: utc(2026, 3, 1) });
  });

  it('last month is whole and compared with the month before', () => {
    expect(presetWindow('lastmonth', now, 'UTC')).toEqual({
      from: utc(2026, 10, 1),
      to: utc(2026, 11, 1),
      previous: { from: utc(2026, 9, 1), to: utc(2026, 10, 1) },
    });
  });

  it('within one minute the last day means the same span', () => {
    expect(presetWindow('24h', now, 'UTC')).toEqual(presetWindow('24h', now + 29_000, 'UTC'));
    const { from, to } = presetWindow('24h', now, 'UTC');
    expect(to - from).toBe(24 * hourMs);
    expect(to).toBeGreaterThan(now);
  });

  it('today begins at midnight of the zone', () => {
    expect(presetWindow('today', now, 'America/New_York').from).toBe(Date.UTC(2026, 10, 24, 5));
    expect(presetWindow('today', now, 'Asia/Kathmandu').from).toBe(Date.UTC(2026, 10, 23, 18, 15));
  });

  it('days written in a URL include both ends, also across a change of the clock', () => {
    const first = parseDay('2026-11-01');
    if (!first) throw new Error('a real day');
    const { from, to } = daysWindow(first, first, 'America/New_York');
    expect(to - from).toBe(25 * hourMs);
    expect(daysWindow(first, first, 'UTC')).toMatchObject({ from: utc(2026, 11, 1), to: utc(2026, 11, 2) });
  });

  it('every window is half-open, forward, and apart from the one before', () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...presets), instants, fc.constantFrom(...zones), (preset, at, zone) => {
        const { from, to, previous } = presetWindow(preset, at, zone);
        expect(from).toBeLessThanOrEqual(to);
        expect(previous.from).toBeLessThanOrEqual(previous.to);
        expect(previous.to).toBeLessThanOrEqual(from);
      }),
    );
  });
});

describe('zones', () => {
  it('a day begins at the first of its instants', () => {
    const days = fc.integer({ min: 0, max: 365 * 60 });
    fc.assert(
      fc.property(days, fc.constantFrom(...zones), (offset, zone) => {
        const day = dayOf(utc(2000, 1, 1) + offset * dayMs, zone);
        const start = startOfDay(day, zone);
        expect(dayOf(start, zone)).toEqual(day);
        expect(dayOf(start - 1, zone)).not.toEqual(day);
      }),
    );
  });

  it.each([
    ['America/Santiago', '2026-09-06', Date.UTC(2026, 8, 6, 4)],
    ['America/Havana', '2026-03-08', Date.UTC(2026, 2, 8, 5)],
    ['Africa/Cairo', '2026-04-24', Date.UTC(2026, 3, 23, 22)],
    ['Asia/Beirut', '2026-03-29', Date.UTC(2026, 2, 28, 22)],
    // Where the clock goes back to midnight, the day has begun by the first of the two.
    ['America/Havana', '2026-11-01', Date.UTC(2026, 10, 1, 4)],
  ])(
    'in %s the clock leaves the midnight of %s out, or has it twice: the day begins with its first instant',
    (zone, text, start) => {
      const day = parseDay(text);
      if (!day) throw new Error('a real day');
      expect(startOfDay(day, zone)).toBe(start);
      expect(dayOf(start, zone)).toEqual(day);
      expect(dayOf(start - 1, zone)).not.toEqual(day);
    },
  );

  it.each(['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', '0100-01-01', '9999-12-31', ''])(
    '%s is no day',
    (text) => expect(parseDay(text)).toBeUndefined(),
  );

  it('a day is written as it was read', () => {
    const day = parseDay('2028-02-29');
    expect(day && writeDay(day)).toBe('2028-02-29');
  });
});
