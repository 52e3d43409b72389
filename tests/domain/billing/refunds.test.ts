import { describe, expect, test } from 'vitest';
import { refundShares } from '#domain/billing/refunds';

describe('a refund', () => {
  const payments = [
    { ref: 'A', method: 'credit', amountMinor: 40n, refundedMinor: 10n },
    { ref: 'B', method: 'card', amountMinor: 60n, refundedMinor: 0n },
    { ref: 'C', method: undefined, amountMinor: 5n, refundedMinor: 5n },
  ];
  const share = (ref: string, amountMinor: bigint, to: 'cash' | 'credit') => ({ ref, amountMinor, to });

  test.each([
    ['goes back to the payment it names', 50n, 'B', [share('B', 50n, 'cash')]],
    ['of what was paid by credit goes back to credit', 30n, 'A', [share('A', 30n, 'credit')]],
    ['never exceeds the payment it names', 31n, 'A', undefined],
    ['of a payment that is not there is none', 1n, 'Z', undefined],
    ['of a payment that went back already is none', 1n, 'C', undefined],
    ['that names none goes to the earliest first', 20n, undefined, [share('A', 20n, 'credit')]],
    ['and on to the next', 50n, undefined, [share('A', 30n, 'credit'), share('B', 20n, 'cash')]],
    ['of all that is left', 90n, undefined, [share('A', 30n, 'credit'), share('B', 60n, 'cash')]],
    ['never exceeds what was paid', 91n, undefined, undefined],
  ])('%s', (_, amountMinor, named, shares) => expect(refundShares(amountMinor, payments, named)).toEqual(shares));
});
