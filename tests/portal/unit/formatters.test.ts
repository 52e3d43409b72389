import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeOf,
  formatBytes,
  formatCapped,
  formatCount,
  formatMoney,
  formatShare,
  formatShort,
} from '#portal/format/numbers';
import { formatDuration, formatInstant, isoInstant, zoneLabel } from '#portal/format/times';

const at = Date.UTC(2026, 10, 24, 14, 6, 12, 123);

describe('numbers', () => {
  test.each([
    [0, '0'],
    [1_234_567, '1,234,567'],
    [-1_234, '−1,234'],
  ])('the count %d reads %s', (count, text) => expect(formatCount(count)).toBe(text));

  test('a count that was stopped says so', () => {
    expect(formatCapped({ value: 10_000, isCapped: true })).toBe('10,000+');
    expect(formatCapped({ value: 10_000, isCapped: false })).toBe('10,000');
  });

  test('a short count is whole below ten thousand', () => {
    expect(formatShort(9_999)).toBe('9,999');
    expect(formatShort(1_234_567)).toBe('1.2M');
  });

  test.each([
    [1, 3, '33.3 %'],
    [0, 5, '0.0 %'],
    [5, 5, '100.0 %'],
    [0, 0, '–'],
  ])('%d of %d is %s', (part, whole, text) => expect(formatShare(part, whole)).toBe(text));

  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [3 * 1024 ** 3, '3,072.0 MiB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('a change', () => {
  test('from nothing to nothing is none, and from nothing to something has no ratio', () => {
    expect(changeOf(0, 0)).toEqual({ kind: 'none' });
    expect(changeOf(5, 0)).toEqual({ kind: 'new' });
  });

  test.each([
    [110, 100, '+10.0 %'],
    [90, 100, '−10.0 %'],
    [100, 100, '0.0 %'],
    [0, 4, '−100.0 %'],
  ])('to %d from %d is %s', (value, previous, text) =>
    expect(changeOf(value, previous)).toMatchObject({ kind: 'ratio', text }),
  );
});

describe('money', () => {
  test.each([
    ['123450', 'EUR', '1,234.50 EUR'],
    ['5', 'USD', '0.05 USD'],
    ['-5', 'USD', '−0.05 USD'],
    ['1234', 'JPY', '1,234 JPY'],
    ['1234', 'KWD', '1.234 KWD'],
    ['100', 'not-a-currency', '1.00 not-a-currency'],
    ['100', undefined, '1.00'],
  ])('%s of %s reads %s', (minor, currency, text) => expect(formatMoney(minor, currency)).toBe(text));

  test('loses no digit of any amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (minor) => {
        const digits = formatMoney(minor, 'EUR').replace('−', '-').replace(/[,.]| EUR/g, '');
        expect(BigInt(digits)).toBe(minor);
      }),
    );
  });
});

describe('times', () => {
  test.each([
    ['second', 'Nov 24, 14:06:12'],
    ['minute', 'Nov 24, 14:06'],
    ['day', 'Nov 24, 2026'],
    ['exact', 'Nov 24, 2026, 14:06:12.123'],
    ['clock', '14:06'],
  ] as const)('in the style %s', (style, text) => expect(formatInstant(at, 'UTC', style)).toBe(text));

  test('are of the zone that was asked for, and midnight is 00', () => {
    expect(formatInstant(at, 'Asia/Tokyo')).toBe('Nov 24, 23:06:12');
    expect(formatInstant(Date.UTC(2026, 0, 1), 'UTC')).toBe('Jan 1, 00:00:00');
    expect(isoInstant(at)).toBe('2026-11-24T14:06:12.123Z');
    expect([zoneLabel('UTC', at), zoneLabel('America/New_York', at)]).toEqual(['UTC', 'EST']);
  });

  test.each([
    [undefined, '–'],
    [Number.NaN, '–'],
    [-3, '<1 ms'],
    [0.4, '<1 ms'],
    [12.4, '12 ms'],
    [1_440, '1.4 s'],
    [42_000, '42 s'],
    [190_000, '3 m 10 s'],
    [3_600_000, '1 h'],
    [(2 * 24 + 4) * 3_600_000, '2 d 4 h'],
  ])('%s milliseconds last %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
