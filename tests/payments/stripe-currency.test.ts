import { expect, test } from 'vitest';
import { fromStripeAmount, toStripeAmount } from '#payments/stripe/currency';

test.each([
  ['EUR', 4_839n, 4_839],
  ['JPY', 500n, 500],
  ['KWD', 5_120n, 5_120],
  ['ISK', 500n, 50_000],
  ['UGX', 500n, 50_000],
  ['MGA', 150_000n, 1_500],
])(
  'what is due in %s is asked for in the unit that Stripe counts it in, and read back the same',
  (currency, due, asked) => {
    expect(toStripeAmount(due, currency)).toBe(asked);
    expect(fromStripeAmount(asked, currency)).toBe(due);
  },
);

test('an amount that Stripe cannot take to the unit is asked for by no other amount, nor read as one', () => {
  expect(toStripeAmount(150_020n, 'MGA')).toBeUndefined();
  for (const currency of ['BHD', 'JOD', 'KWD', 'OMR', 'TND']) expect(toStripeAmount(5_123n, currency)).toBeUndefined();
  expect(fromStripeAmount(50_001, 'ISK')).toBeUndefined();
});
