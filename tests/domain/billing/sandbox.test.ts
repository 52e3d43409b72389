import { expect, test } from 'vitest';
import { sandboxCharge } from '#domain/billing/sandbox';

test.each([
  ['pm_ok', 0, 'succeeded', true],
  ['pm_ok', 9, 'succeeded', true],
  ['pm_declined_soft', 9, 'declined_soft', false],
  ['pm_declined_hard', 0, 'declined_hard', false],
  ['pm_timeout_charged', 0, 'none', true],
  ['pm_timeout_not_charged', 0, 'none', false],
  ['pm_soft_then_ok_0', 0, 'succeeded', true],
  ['pm_soft_then_ok_2', 0, 'declined_soft', false],
  ['pm_soft_then_ok_2', 1, 'declined_soft', false],
  ['pm_soft_then_ok_2', 2, 'succeeded', true],
  ['pm_soft_then_ok_12', 11, 'declined_soft', false],
])('%s after %i charges: %s', (token, earlier, answer, isCharged) => {
  expect(sandboxCharge(token, earlier)).toEqual({ answer, isCharged });
});

test.each(['', 'pm_', 'pm_ok2', 'pm_soft_then_ok_', 'pm_soft_then_ok_x', 'pm_soft_then_ok_2000', 'toString'])(
  '%j is no token of the sandbox',
  (token) => expect(sandboxCharge(token, 0)).toBeUndefined(),
);
