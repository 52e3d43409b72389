import { expect, test } from 'vitest';
import { goneBackMinor, holdOf, type DisputeStatus } from '#domain/billing/disputes';
import { chargeBack, type Invoice } from '#domain/billing/invoice';

test.each<[string, DisputeStatus, bigint, bigint, bigint, bigint]>([
  ['an open one took nothing', 'open', 100n, 0n, 100n, 0n],
  ['one that is open again has what it took', 'open', 100n, 60n, 100n, 60n],
  ['a lost one took its amount', 'lost', 60n, 0n, 100n, 60n],
  ['or what refunds left of the payment', 'lost', 100n, 0n, 70n, 70n],
  ['or nothing', 'lost', 100n, 0n, -1n, 0n],
  ['a won one has nothing', 'won', 100n, 60n, 100n, 0n],
])('%s', (_, status, amountMinor, goneMinor, leftMinor, expected) =>
  expect(goneBackMinor({ status, amountMinor }, goneMinor, leftMinor)).toBe(expected),
);

test('one that is open holds its invoice before one that was lost, and one that was won holds nothing', () => {
  const of = (...all: DisputeStatus[]) => holdOf(all.map((status) => ({ status, amountMinor: 1n })));
  expect([of(), of('won'), of('won', 'lost'), of('lost', 'open')]).toEqual([
    undefined,
    undefined,
    'dispute_lost',
    'disputed',
  ]);
});

const paid: Invoice = {
  status: 'paid',
  subtotalMinor: 100n,
  discountMinor: 0n,
  taxMinor: 0n,
  totalMinor: 100n,
  paidMinor: 100n,
  creditedMinor: 0n,
  dueMinor: 0n,
  refundedMinor: 0n,
};

test.each<[string, Invoice, bigint, bigint, boolean, object]>([
  ['is due again', paid, 40n, 0n, false, { status: 'open', paidMinor: 60n, dueMinor: 40n }],
  ['where it had been given up it is so again', paid, 40n, 0n, true, { status: 'uncollectible', dueMinor: 40n }],
  ['what was credit goes first', paid, 40n, 30n, false, { status: 'open', dueMinor: 10n }],
  ['and it may be all', paid, 40n, 90n, false, { status: 'paid', dueMinor: 0n }],
  [
    'of a void invoice too',
    { ...paid, status: 'void', paidMinor: 0n },
    40n,
    40n,
    false,
    { status: 'void', dueMinor: 0n },
  ],
])('what was taken away again: %s', (_, invoice, amountMinor, overpaidMinor, isGivenUp, expected) =>
  expect(chargeBack(invoice, amountMinor, overpaidMinor, isGivenUp)).toMatchObject({ invoice: expected }),
);
