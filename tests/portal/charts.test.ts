import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvHref } from '#portal/components/charts/chart-file';
import {
  areaPath,
  bandPath,
  barsPath,
  dotsPath,
  fallOf,
  linePath,
  stackOf,
} from '#portal/components/charts/chart-paths';
import { flowSummary, levelSummary, totalsOf } from '#portal/components/charts/chart-summary';
import { plotHeight, scaleOf, yOf } from '#portal/components/charts/scale';
import { isUnusual, usualRange } from '#portal/services/provider/usual-range';
import { bucketsOf, lastMonths } from '#portal/lists/buckets';
import { countUnit, creditsUnit, moneyUnit, shareUnit } from '#portal/format/units';

const values = fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 40 });

describe('a scale', () => {
  test.each([
    [[], 1, [1, 0]],
    [[0, 0], 1, [1, 0]],
    [[1], 1, [1, 0]],
    [[7], 1, [8, 6, 4, 2, 0]],
    [[10], 1, [10, 8, 6, 4, 2, 0]],
    [[980], 1, [1000, 800, 600, 400, 200, 0]],
    [[-3, 5], 1, [6, 4, 2, 0, -2, -4]],
    [[123_456], 100, [125_000, 100_000, 75_000, 50_000, 25_000, 0]],
    [[0.37], 0.01, [0.4, 0.3, 0.2, 0.1, 0]],
  ])('of %j in steps of at least %d has the ticks %j', (told, stepMin, ticks) => {
    const scale = scaleOf(told, stepMin);
    expect(scale.ticks).toHaveLength(ticks.length);
    ticks.forEach((tick, at) => expect(scale.ticks[at]).toBeCloseTo(tick, 9));
  });

  test('holds zero and every value, and no value leaves the plot', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(1, 100, 1000), (told, stepMin) => {
        const scale = scaleOf(told, stepMin);
        expect(scale.bottom).toBeLessThanOrEqual(Math.min(0, ...told));
        expect(scale.top).toBeGreaterThanOrEqual(Math.max(0, ...told));
        expect(scale.ticks.length).toBeLessThanOrEqual(7);
        expect(scale.ticks).toContain(0);
        for (const value of told) {
          expect(yOf(value, scale)).toBeGreaterThanOrEqual(0);
          expect(yOf(value, scale)).toBeLessThanOrEqual(plotHeight);
        }
      }),
    );
  });
});

describe('what a chart draws', () => {
  const ten = scaleOf([10]);

  test('bars of a stack stand on one another, those below zero hang from it', () => {
    const series = [{ values: [3] }, { values: [-2] }, { values: [4n] }, { values: [undefined] }, { values: [-5] }];
    expect(stackOf(series, 0)).toEqual([
      { from: 0, until: 3 },
      { from: 0, until: -2 },
      { from: 3, until: 7 },
      { from: 7, until: 7 },
      { from: -2, until: -7 },
    ]);
  });

  test('a bar covers what it tells and nothing is drawn of nothing', () => {
    expect(barsPath([{ at: 1, from: 0, until: 5 }], ten)).toBe('M1.14 50h0.72V100h-0.72z');
    expect(barsPath([{ at: 0, from: 4, until: 4 }], ten)).toBe('');
  });

  test('a line breaks where nothing is known, and what stands alone is a dot', () => {
    expect(linePath([0, 10, undefined, 5], ten)).toBe('M0.5 100L1.5 0M3.5 50h0');
    expect(areaPath([0, 10, undefined, 5], ten)).toBe('M0.5 100L0.5 100L1.5 0L1.5 100z');
    expect(linePath([undefined], ten)).toBe('');
  });

  test('a band goes there above and back below', () => {
    expect(bandPath([undefined, { from: 0, until: 10 }, { from: 5, until: 10 }], ten)).toBe(
      'M1.5 0L2.5 0L2.5 50L1.5 100z',
    );
    expect(dotsPath([0, 10], [1], ten)).toBe('M1.5 0h0');
  });

  test('each step of a waterfall begins where the one before ended, and a total stands on zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1n << 40n),
        fc.array(fc.bigInt(-(1n << 40n), 1n << 40n), { maxLength: 8 }),
        (start, moves) => {
          const end = moves.reduce((sum, value) => sum + value, start);
          const bars = fallOf([
            { name: 'start', value: start, isTotal: true },
            ...moves.map((value, at) => ({ name: `${at}`, value })),
            { name: 'end', value: end, isTotal: true },
          ]);
          bars.slice(1, -1).forEach(({ from }, at) => expect(from).toBe(bars[at]?.until));
          expect(bars.at(-1)).toEqual({ from: 0, until: bars.at(-2)?.until });
        },
      ),
    );
  });
});

describe('what a chart says', () => {
  const buckets = ['Oct 2026', 'Nov 2026', 'Dec 2026'].map((span) => ({ span }));
  const euro = moneyUnit('EUR');

  test('sums up exactly, in amounts that no float holds', () => {
    const series = [{ values: [9_007_199_254_740_993n, 1n] }, { values: [1n, undefined] }];
    expect(totalsOf(series)).toEqual([9_007_199_254_740_994n, 1n]);
    expect(flowSummary({ what: 'Revenue', buckets, unit: euro }, totalsOf(series))).toBe(
      'Revenue: 90,071,992,547,409.95 EUR from Oct 2026 to Dec 2026, most in Oct 2026 with 90,071,992,547,409.94 EUR.',
    );
  });

  test('says that there is nothing, and where a level began and is', () => {
    expect(flowSummary({ what: 'Leads', buckets, unit: countUnit }, [0, 0, 0])).toBe(
      'Leads: nothing from Oct 2026 to Dec 2026.',
    );
    expect(levelSummary({ what: 'MRR', buckets, unit: euro }, [undefined, 100n, 250n])).toBe(
      'MRR: from 1.00 EUR (Nov 2026) to 2.50 EUR (Dec 2026).',
    );
    expect(levelSummary({ what: 'MRR', buckets, unit: euro }, [])).toBe('MRR: no figure in this range.');
  });

  test.each([
    [countUnit, 12_345, '12,345', '12.3K', '12345'],
    [euro, -12_345_600n, '−123,456.00 EUR', '−123.5K', '-123456.00'],
    [moneyUnit('JPY'), 1_200n, '1,200 JPY', '1,200', '1200'],
    [creditsUnit, 1_500_000n, '1.5', '1.5', '1.500000'],
    [creditsUnit, 20_000_000n, '20', '20', '20.000000'],
    [shareUnit, 0.125, '12.5 %', '13 %', '0.125'],
  ])('%#: a unit writes a figure whole, short and plain', (unit, value, text, tick, plain) => {
    expect([unit.format(value), unit.tick(Number(value)), unit.plain(value)]).toEqual([text, tick, plain]);
  });

  test('a file holds text whole and harmless, and numbers as they are', () => {
    const text = decodeURIComponent(
      csvHref([
        ['=1+1', 'a"b, c'],
        ['-5', '−5'],
      ]).slice('data:text/csv;charset=utf-8,'.length),
    );
    expect(text).toBe(`'=1+1,"a""b, c"\r\n-5,−5\r\n`);
  });
});

describe('what is usual', () => {
  const steady = Array.from({ length: 28 }, (_, day) => (day % 2 === 0 ? 90 : 110));

  test('is three deviations around the mean of the 28 days before, and unknown with fewer', () => {
    expect(usualRange([...steady, 0], 28)).toEqual({ from: 70, until: 130 });
    expect(usualRange(steady, 27)).toBeUndefined();
    expect(usualRange(steady.slice(1), 27)).toBeUndefined();
  });

  test.each([
    [70, false],
    [130, false],
    [131, true],
    [69, true],
  ])('%d is outside of it: %s', (value, isOutside) => {
    expect(isUnusual(value, usualRange([...steady, value], 28))).toBe(isOutside);
    expect(isUnusual(value, undefined)).toBe(false);
  });
});

describe('buckets of UTC days', () => {
  test.each([
    ['day', '2026-02-27', '2026-03-02', ['2026-02-27', '2026-02-28', '2026-03-01'], '2026-03-02'],
    ['week', '2026-11-25', '2026-12-08', ['2026-11-23', '2026-11-30', '2026-12-07'], '2026-12-14'],
    ['month', '2025-12-31', '2026-02-01', ['2025-12-01', '2026-01-01'], '2026-02-01'],
  ] as const)('by %s from %s until %s begin at %j and end at %s', (interval, from, until, starts, end) => {
    const buckets = bucketsOf({ from, until }, interval);
    expect(buckets.map((bucket) => bucket.from)).toEqual(starts);
    expect(buckets.at(-1)?.until).toBe(end);
    buckets.slice(1).forEach((bucket, at) => expect(bucket.from).toBe(buckets[at]?.until));
  });

  test('twelve months are the running one and those before it', () => {
    expect(lastMonths(12, Date.UTC(2026, 0, 31, 23))).toEqual({ from: '2025-02-01', until: '2026-02-01' });
  });
});
