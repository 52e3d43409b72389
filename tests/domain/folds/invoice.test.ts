import { describe, expect, test } from 'vitest';
import { folds } from '#domain/folds';
import { invoiceFigures } from '#domain/folds/invoice';
import type { Told } from '../../support/events.ts';
import { history, verdictsOf } from './history.ts';
import { failed, issued, paid, refunded } from './invoice-events.ts';

describe('invoice', () => {
  const cases: {
    name: string;
    told: Told[];
    verdicts?: string[];
    figures: Partial<ReturnType<typeof invoiceFigures>>;
  }[] = [
    { name: 'issued', told: [issued(100, 0)], figures: { status: 'open', totalMinor: 100n, dueMinor: 100n } },
    { name: 'issued over nothing is paid', told: [issued(0, 0)], figures: { status: 'paid', dueMinor: 0n } },
    {
      name: 'paid in part',
      told: [issued(100, 0), paid('A', 40, 1)],
      figures: { status: 'open', paidMinor: 40n, dueMinor: 60n },
    },
    {
      name: 'paid in two parts',
      told: [issued(100, 0), paid('A', 40, 1), paid('B', 60, 2)],
      figures: { status: 'paid', paidMinor: 100n },
    },
    {
      name: 'overpaid: the rest is credit',
      told: [issued(100, 0), paid('A', 130, 1)],
      figures: { status: 'paid', paidMinor: 100n, overpaidMinor: 30n },
    },
    {
      name: 'known only from a payment is incomplete',
      told: [paid('A', 40, 1)],
      figures: { status: 'incomplete', paidMinor: 40n, dueMinor: 0n },
    },
    {
      name: 'paid before it was issued',
      told: [paid('A', 100, 0), issued(100, 1)],
      figures: { status: 'paid', paidMinor: 100n },
    },
    {
      name: 'told twice alike',
      told: [issued(100, 0), issued(100, 1)],
      verdicts: ['applied', 'applied'],
      figures: { totalMinor: 100n },
    },
    {
      name: 'told twice with another amount',
      told: [issued(100, 0), issued(90, 1)],
      verdicts: ['applied', 'conflicting_duplicate'],
      figures: { totalMinor: 100n },
    },
    {
      name: 'a payment told twice counts once',
      told: [issued(100, 0), paid('A', 40, 1), paid('A', 40, 2)],
      verdicts: ['applied', 'applied', 'applied'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a payment told twice with another amount',
      told: [issued(100, 0), paid('A', 40, 1), paid('A', 50, 2)],
      verdicts: ['applied', 'applied', 'conflicting_duplicate'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a failed payment that succeeds later',
      told: [issued(100, 0), failed('A', 40, 1), paid('A', 40, 2)],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a payment that succeeded cannot fail',
      told: [issued(100, 0), paid('A', 40, 1), failed('A', 40, 2)],
      verdicts: ['applied', 'applied', 'payment_already_succeeded'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'D7: a second currency',
      told: [issued(100, 0), paid('A', 40, 1, { currency: 'USD' })],
      verdicts: ['applied', 'currency_mismatch'],
      figures: { paidMinor: 0n },
    },
    {
      name: 'a refund leaves it paid',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 30, 2)],
      figures: { status: 'paid', paidMinor: 100n, refundedMinor: 30n },
    },
    {
      name: 'a refund over what was paid',
      told: [issued(100, 0), paid('A', 40, 1), refunded('R', 41, 2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      figures: { refundedMinor: 0n },
    },
    {
      name: 'a refund over what the invoice took of an overpayment',
      told: [issued(100, 0), paid('A', 130, 1), refunded('R', 101, 2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      figures: {},
    },
    {
      name: 'two refunds together over what was paid',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 60, 2), refunded('S', 41, 3)],
      verdicts: ['applied', 'applied', 'applied', 'refund_exceeds_paid'],
      figures: { refundedMinor: 60n },
    },
    {
      name: 'a refund of a payment that failed',
      told: [issued(100, 0), failed('A', 100, 1), paid('B', 100, 2), refunded('R', 10, 3, { paymentId: 'A' })],
      verdicts: ['applied', 'applied', 'applied', 'payment_not_found'],
      figures: {},
    },
    {
      name: 'a refund over its own payment',
      told: [issued(100, 0), paid('A', 40, 1), paid('B', 60, 2), refunded('R', 41, 3, { paymentId: 'A' })],
      verdicts: ['applied', 'applied', 'applied', 'refund_exceeds_paid'],
      figures: {},
    },
    {
      name: 'a refund told twice counts once',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 60, 2), refunded('R', 60, 3)],
      figures: { refundedMinor: 60n },
    },
    {
      name: 'a refund before its payment in time',
      told: [refunded('R', 10, 0), paid('A', 100, 1)],
      verdicts: ['refund_exceeds_paid', 'applied'],
      figures: { refundedMinor: 0n },
    },
  ];
  test.each(cases)('$name', ({ told, verdicts, figures }) => {
    const folded = folds.invoice(history(told));
    expect(verdictsOf(folded)).toEqual(verdicts ?? told.map(() => 'applied'));
    if (!folded.state) throw new Error('no state');
    expect(invoiceFigures(folded.state)).toMatchObject(figures);
  });

  test('is paid at the instant its last part came', () => {
    const { state } = folds.invoice(history([issued(100, 0), paid('A', 40, 5), paid('B', 60, 7), refunded('R', 5, 9)]));
    expect(new Date(state?.paidAt ?? 0).toISOString()).toBe('2026-01-01T00:07:00.000Z');
  });
});
