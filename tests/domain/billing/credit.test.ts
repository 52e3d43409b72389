import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standingUses, type CreditUse } from '#domain/billing/credit';
import { runs } from './runs.ts';

const use = (usedMinor: bigint, standsMinor: bigint, dueMinor: bigint, refundedMinor = 0n): CreditUse => ({
  usedMinor,
  standsMinor,
  dueMinor,
  refundedMinor,
});

describe('of credit that paid for invoices', () => {
  test.each<[string, bigint, CreditUse[], bigint[]]>([
    ['all stands while none is missing', 0n, [use(50n, 50n, 0n), use(30n, 30n, 5n)], [50n, 30n]],
    ['the last to open gives back first', -40n, [use(50n, 50n, 0n), use(30n, 30n, 5n)], [40n, 0n]],
    [
      'what went back to credit by a refund is not taken as well',
      -20n,
      [use(50n, 50n, 0n), use(30n, 30n, 5n, 25n)],
      [35n, 25n],
    ],
    [
      'what was taken is given again, first where it was taken last',
      25n,
      [use(50n, 40n, 10n), use(30n, 0n, 35n)],
      [50n, 15n],
    ],
    ['no more than is due is given again', 25n, [use(50n, 40n, 3n), use(30n, 0n, 0n)], [43n, 0n]],
    ['no more than it paid at the opening is given again', 99n, [use(50n, 20n, 80n)], [50n]],
  ])('%s', (_, free, uses, stand) => expect(standingUses(free, uses)).toEqual(stand));

  const amount = fc.bigInt({ min: 0n, max: 1_000n });
  const uses = fc.array(
    fc.tuple(amount, amount, amount).map(([usedMinor, refunded, due]) => {
      const refundedMinor = refunded < usedMinor ? refunded : usedMinor;
      return use(usedMinor, usedMinor, due, refundedMinor);
    }),
    { maxLength: 5 },
  );

  test('changes one by one come to what they come to at once, and no credit is below 0 after any', () => {
    fc.assert(
      fc.property(uses, fc.array(fc.bigInt({ min: -2_000n, max: 2_000n }), { maxLength: 5 }), (before, changes) => {
        const refunded = before.reduce((sum, one) => sum + one.refundedMinor, 0n);
        const spent = before.reduce((sum, one) => sum + one.standsMinor, 0n);
        let free = 0n;
        let now = before;
        let all = 0n;
        for (const change of changes) {
          // No more goes than came in by what is not a refund.
          const least = refunded - spent - all;
          const real = change < least ? least : change;
          all += real;
          const stand = standingUses(free + real, now);
          free += real - stand.reduce((sum, minor, index) => sum + minor - (now[index]?.standsMinor ?? 0n), 0n);
          now = now.map((one, index) => {
            const standsMinor = stand[index] ?? one.standsMinor;
            return { ...one, standsMinor, dueMinor: one.dueMinor + one.standsMinor - standsMinor };
          });
          expect(free).toBeGreaterThanOrEqual(0n);
        }
        expect(now.map(({ standsMinor }) => standsMinor)).toEqual(standingUses(all, before));
      }),
      runs,
    );
  });
});
