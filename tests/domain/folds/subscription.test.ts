import { describe, expect, test } from 'vitest';
import { folds } from '#domain/folds';
import type { Told } from '../../support/events.ts';
import { history, verdictsOf } from './history.ts';

describe('subscription', () => {
  const created = (at: number, more = {}): Told => ({
    type: 'subscription.created',
    at,
    data: {
      subscriptionId: 'S',
      plan: 'p',
      status: 'active',
      priceMinor: 10_000,
      currency: 'EUR',
      interval: 'month',
      ...more,
    },
  });
  const updated = (at: number, more: object): Told => ({
    type: 'subscription.updated',
    at,
    data: { subscriptionId: 'S', ...more },
  });
  const canceled = (at: number): Told => ({
    type: 'subscription.canceled',
    at,
    data: { subscriptionId: 'S', reason: 'r' },
  });
  const mrrs = (told: Told[]) =>
    folds.subscription(history(told)).state?.changes.map(({ mrrMinor }) => Number(mrrMinor));
  test.each([
    { name: 'a month counts whole', told: [created(0)], mrr: [10_000] },
    {
      name: 'a year counts a twelfth, rounded once',
      told: [created(0, { interval: 'year', priceMinor: 100_000 })],
      mrr: [8_333],
    },
    {
      name: 'the quantity is multiplied before rounding',
      told: [created(0, { interval: 'year', priceMinor: 100_000, quantity: 3 })],
      mrr: [25_000],
    },
    {
      name: 'a trial counts nothing until it becomes active',
      told: [created(0, { status: 'trialing' }), updated(1, { status: 'active' })],
      mrr: [0, 10_000],
    },
    { name: 'past due counts', told: [created(0), updated(1, { status: 'past_due' })], mrr: [10_000, 10_000] },
    { name: 'canceled counts nothing', told: [created(0), canceled(1)], mrr: [10_000, 0] },
    {
      name: 'an update before its creation is completed later',
      told: [updated(0, { plan: 'x' }), created(1)],
      mrr: [0, 10_000],
    },
    {
      name: 'created again after the end starts it again',
      told: [created(0), canceled(1), created(2, { priceMinor: 500 })],
      mrr: [10_000, 0, 500],
    },
    {
      name: 'an update that names no status leaves it canceled',
      told: [created(0), canceled(1), updated(2, { priceMinor: 5 })],
      mrr: [10_000, 0, 0],
    },
    {
      name: 'an update to active after the end reactivates it',
      told: [created(0), canceled(1), updated(2, { status: 'active' })],
      mrr: [10_000, 0, 10_000],
    },
  ])('$name', ({ told, mrr }) => expect(mrrs(told)).toEqual(mrr));

  test('D7: a second currency is rejected', () => {
    expect(verdictsOf(folds.subscription(history([created(0), created(1, { currency: 'USD' })])))).toEqual([
      'applied',
      'currency_mismatch',
    ]);
  });
});
