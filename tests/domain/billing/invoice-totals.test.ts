import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leftOf, partsOf, spreadOver, sumOfParts, totalsOf, type PartAmounts } from '#domain/billing/invoice-totals';
import { streams } from '#domain/billing/streams';
import { decimal } from '#domain/decimal';
import { line, noTerms } from './invoice-examples.ts';
import { runs } from './runs.ts';

const none: PartAmounts = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n, tax: 0n };
const taxed = (taxRate: string) => ({ ...noTerms, taxRate: decimal(taxRate) });

describe('the totals of an invoice', () => {
  test.each([
    ['are sums of its lines', [line('usage', 70n), line('leads', 30n)], noTerms, [100n, 0n, 0n, 100n]],
    ['of no lines are 0', [], taxed('0.2'), [0n, 0n, 0n, 0n]],
    ['take tax on the subtotal', [line('usage', 1_000n)], taxed('0.19'), [1_000n, 0n, 190n, 1_190n]],
    [
      'round the tax once, on the subtotal, not per line',
      [line('usage', 2n), line('ai', 1n)],
      taxed('0.2'),
      [3n, 0n, 1n, 4n],
    ],
    ['round a half of tax away from zero', [line('usage', 50n)], taxed('0.07'), [50n, 0n, 4n, 54n]],
    ['round a half of tax below 0 away from zero', [line('usage', -50n)], taxed('0.07'), [-50n, 0n, -4n, -54n]],
    [
      'take a tax rate of nine places exactly',
      [line('usage', 10n ** 12n)],
      taxed('0.000000001'),
      [10n ** 12n, 0n, 1_000n, 10n ** 12n + 1_000n],
    ],
    [
      'take the discount off the subtotal, the tax before it',
      [line('usage', 1_000n)],
      { ...taxed('0.1'), discountMinor: 200n },
      [1_000n, 200n, 100n, 900n],
    ],
    ['take off no more than the subtotal', [line('usage', 100n)], { discountMinor: 200n }, [100n, 100n, 0n, 0n]],
    ['take nothing off below 0', [line('usage', -100n)], { discountMinor: 200n }, [-100n, 0n, 0n, -100n]],
  ])('%s', (_, lines, terms, [subtotalMinor, discountMinor, taxMinor, totalMinor]) => {
    expect(totalsOf(lines, terms)).toEqual({ subtotalMinor, discountMinor, taxMinor, totalMinor });
  });
});

describe('the parts of an invoice', () => {
  test('are its streams and its tax', () => {
    const lines = [line('usage', 60n), line('leads', 30n), line('usage', 10n)];
    expect(partsOf(lines, totalsOf(lines, taxed('0.2')))).toEqual({ ...none, leads: 30n, usage: 70n, tax: 20n });
  });

  test('bear a discount in proportion', () => {
    const lines = [line('leads', 10n), line('usage', 20n)];
    expect(partsOf(lines, totalsOf(lines, { discountMinor: 10n }))).toEqual({ ...none, leads: 7n, usage: 13n });
  });

  test('take a refund or a credit note in proportion, by largest remainder in their order', () => {
    const parts = { ...none, leads: 1_000n, usage: 500n, tax: 300n };
    expect(spreadOver(parts, 100n)).toEqual({ ...none, leads: 55n, usage: 28n, tax: 17n });
    expect(spreadOver({ leads: 1n, subscriptions: 1n, usage: 1n, addons: 1n, ai: 1n, tax: 1n }, 4n)).toEqual({
      leads: 1n,
      subscriptions: 1n,
      usage: 1n,
      addons: 1n,
      ai: 0n,
      tax: 0n,
    });
  });

  test('take the next one by what earlier ones left', () => {
    const parts = { ...none, leads: 1n, usage: 1n, tax: 1n };
    const first = spreadOver(parts, 1n);
    const second = spreadOver(leftOf(parts, [first]), 1n);
    expect([first, second, leftOf(parts, [first, second])]).toEqual([
      { ...none, leads: 1n },
      { ...none, usage: 1n },
      { ...none, tax: 1n },
    ]);
  });

  const lines = fc.array(
    fc.record({ stream: fc.constantFrom(...streams), amountMinor: fc.bigInt({ min: -1_000n, max: 5_000n }) }),
    { maxLength: 8 },
  );
  const terms = fc.record({
    taxRate: fc.option(fc.constantFrom('0', '0.07', '0.19', '0.333333333').map(decimal), { nil: undefined }),
    discountMinor: fc.constantFrom(0n, 0n, 1n, 700n),
  });

  test('come to the total, and a total is subtotal - discount + tax', () => {
    fc.assert(
      fc.property(lines, terms, (all, by) => {
        const totals = totalsOf(all, by);
        expect(totals.subtotalMinor - totals.discountMinor + totals.taxMinor).toBe(totals.totalMinor);
        expect(sumOfParts(partsOf(all, totals))).toBe(totals.totalMinor);
      }),
      runs,
    );
  });

  test('are all given back by refunds of the whole, in whatever steps', () => {
    const steps = fc.array(fc.bigInt({ min: 1n, max: 2_000n }), { maxLength: 6 });
    fc.assert(
      fc.property(lines, terms, steps, (all, by, amounts) => {
        const totals = totalsOf(all, by);
        const parts = partsOf(all, totals);
        if (totals.totalMinor <= 0n) return;
        const spreads: PartAmounts[] = [];
        let left = totals.totalMinor;
        for (const asked of [...amounts, totals.totalMinor]) {
          const amount = asked < left ? asked : left;
          const spread = spreadOver(leftOf(parts, spreads), amount);
          expect(sumOfParts(spread)).toBe(amount);
          spreads.push(spread);
          left -= amount;
        }
        expect(leftOf(parts, spreads)).toEqual(none);
      }),
      runs,
    );
  });
});
