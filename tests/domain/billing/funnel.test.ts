import { describe, expect, test } from 'vitest';
import { funnelOf, funnelSteps, median, type LeadPath } from '#domain/billing/funnel';
import { dayMs } from '#domain/instants';
import { utc } from './time-examples.ts';

const received = utc('2026-01-10T00:00Z');
const after = (days: number) => received + days * dayMs;
const asOf = utc('2026-02-01T00:00Z');
const counts = (leads: LeadPath[], at = asOf) => funnelOf(leads, at).map(({ count }) => count);

describe('the funnel', () => {
  test('counts received, contacted, qualified, converted, invoiced, paid', () => {
    expect(funnelSteps).toEqual(['received', 'contacted', 'qualified', 'converted', 'invoiced', 'paid']);
    const leads = [
      { received },
      { received, qualified: after(1) },
      { received, qualified: after(1), converted: after(2) },
      { received, qualified: after(1), converted: after(2), invoiced: after(3), paid: after(4) },
    ];
    expect(counts(leads)).toEqual([4, 3, 3, 2, 1, 1]);
  });

  test('counts a lead that reached a later step in the earlier ones', () => {
    expect(counts([{ received, paid: after(4) }])).toEqual([1, 1, 1, 1, 1, 1]);
    expect(counts([{ received, converted: after(4) }])).toEqual([1, 1, 1, 1, 0, 0]);
  });

  test('is of leads received in months that have ended', () => {
    expect(counts([{ received }], asOf - 1)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(counts([{ received: asOf }, { received: asOf - 1 }])).toEqual([1, 0, 0, 0, 0, 0]);
    expect(counts([{ converted: after(1) }])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('gives the rate of each step over the one before', () => {
    const rates = funnelOf([{ received }, { received, converted: after(1) }], asOf).map(({ rate }) => rate);
    expect(rates).toEqual([
      undefined,
      { over: 1n, under: 2n },
      { over: 1n, under: 1n },
      { over: 1n, under: 1n },
      { over: 0n, under: 1n },
      undefined,
    ]);
  });

  test('measures times since the last step before that a lead has an instant of', () => {
    const leads = [
      { received, qualified: after(1), converted: after(3) },
      { received, contacted: after(1), qualified: after(3) },
      { received, converted: after(9) },
    ];
    expect(funnelOf(leads, asOf).map(({ medianMs }) => medianMs)).toEqual([
      undefined,
      1 * dayMs,
      1.5 * dayMs,
      5.5 * dayMs,
      undefined,
      undefined,
    ]);
  });
});

test.each([
  ['of nothing there is none', [], undefined],
  ['of one is that one', [7], 7],
  ['of an odd number is the middle one', [9, 1, 5], 5],
  ['of an even number is the mean of the middle two', [9, 1, 5, 4], 4.5],
  ['orders by value, not by text', [10, 9, 100], 10],
])('the median %s', (_, values, middle) => expect(median(values)).toBe(middle));
