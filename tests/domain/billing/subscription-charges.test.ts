import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOf } from '#domain/billing/proration';
import { subscriptionCharges } from '#domain/billing/subscription-charges';
import type { Zone } from '#domain/billing/zones';
import type { SubscriptionChange } from '#domain/folds/subscription';
import { dayMs } from '#domain/instants';
import { runs } from './runs.ts';
import { instantText, utc, zone } from './time-examples.ts';

const terms = {
  status: 'active',
  plan: 'team',
  priceMinor: 10_000,
  currency: 'EUR',
  interval: 'month',
  quantity: 1,
  mrrMinor: 0n,
} as const;
const from = (day: string, more: Partial<SubscriptionChange> = {}): SubscriptionChange => ({
  ...terms,
  eventId: `evt_${day}`,
  action: 'subscription.updated',
  changedAt: utc(day.includes('T') ? day : `${day}T12:00Z`),
  ...more,
});
const charges = (changes: SubscriptionChange[], until: string, zoneAt: (at: number) => Zone = () => zone('UTC')) =>
  subscriptionCharges({ subscriptionId: 'S', changes, zoneAt }, utc(`${until}T00:00Z`));

/** `period 10000 2026-01-10 2026-02-10`: what, how much, from and to. */
const shown = (...[changes, until, zoneAt]: Parameters<typeof charges>) =>
  charges(changes, until, zoneAt).map(
    ({ kind, amountMinor, period }) =>
      `${kind} ${amountMinor} ${instantText(period.start).replace('T00:00Z', '')} ${instantText(period.end).replace('T00:00Z', '')}`,
  );

describe('a subscription is charged', () => {
  test.each<[string, SubscriptionChange[], string, string[]]>([
    [
      'each period whole, from the day it begins',
      [from('2026-01-10')],
      '2026-03-09',
      ['period 10000 2026-01-10 2026-02-10', 'period 10000 2026-02-10 2026-03-10'],
    ],
    [
      'by an anchor that never drifts',
      [from('2026-01-31')],
      '2026-03-31',
      [
        'period 10000 2026-01-31 2026-02-28',
        'period 10000 2026-02-28 2026-03-31',
        'period 10000 2026-03-31 2026-04-30',
      ],
    ],
    [
      'by the year',
      [from('2024-02-29', { interval: 'year' })],
      '2025-03-01',
      ['period 10000 2024-02-29 2025-02-28', 'period 10000 2025-02-28 2026-02-28'],
    ],
    ['price x quantity', [from('2026-01-10', { quantity: 3 })], '2026-01-11', ['period 30000 2026-01-10 2026-02-10']],
    [
      'nothing in a trial, and from the day it ends',
      [from('2026-01-10', { status: 'trialing' }), from('2026-01-20')],
      '2026-01-21',
      ['period 10000 2026-01-20 2026-02-20'],
    ],
    [
      'nothing while its terms are not complete',
      [
        from('2026-01-10', { currency: undefined }),
        from('2026-01-20', { interval: undefined }),
        from('2026-01-25', { priceMinor: undefined }),
      ],
      '2026-03-01',
      [],
    ],
    ['no line of 0', [from('2026-01-10', { priceMinor: 0 })], '2026-03-01', []],
    [
      'at a change of price: a credit for the days left and a charge for them',
      [from('2026-01-01'), from('2026-01-17', { priceMinor: 20_000 })],
      '2026-02-01',
      [
        'period 10000 2026-01-01 2026-02-01',
        'credit -4839 2026-01-17 2026-02-01',
        'charge 9677 2026-01-17 2026-02-01',
        'period 20000 2026-02-01 2026-03-01',
      ],
    ],
    [
      'at a second change: credit of all that was booked',
      [from('2026-01-01'), from('2026-01-10', { priceMinor: 20_000 }), from('2026-01-17', { priceMinor: 10_000 })],
      '2026-01-31',
      [
        'period 10000 2026-01-01 2026-02-01',
        'credit -7097 2026-01-10 2026-02-01',
        'charge 14194 2026-01-10 2026-02-01',
        'credit -9678 2026-01-17 2026-02-01',
        'charge 4839 2026-01-17 2026-02-01',
      ],
    ],
    [
      'at a change of interval: credit for the days left, the whole new price from that day, which becomes the anchor',
      [from('2026-01-01'), from('2026-01-17', { interval: 'year', priceMinor: 100_000 })],
      '2027-01-17',
      [
        'period 10000 2026-01-01 2026-02-01',
        'credit -4839 2026-01-17 2026-02-01',
        'period 100000 2026-01-17 2027-01-17',
        'period 100000 2027-01-17 2028-01-17',
      ],
    ],
    [
      'until its end, which credits the days left',
      [from('2026-01-01'), from('2026-01-17', { status: 'canceled' })],
      '2026-06-01',
      ['period 10000 2026-01-01 2026-02-01', 'credit -4839 2026-01-17 2026-02-01'],
    ],
    [
      'from a new anchor when it starts again',
      [from('2026-01-01'), from('2026-01-17', { status: 'canceled' }), from('2026-03-05')],
      '2026-03-06',
      [
        'period 10000 2026-01-01 2026-02-01',
        'credit -4839 2026-01-17 2026-02-01',
        'period 10000 2026-03-05 2026-04-05',
      ],
    ],
    [
      'the same when past due',
      [from('2026-01-01'), from('2026-01-17', { status: 'past_due' })],
      '2026-01-31',
      ['period 10000 2026-01-01 2026-02-01'],
    ],
    [
      'the same when its plan has another name',
      [from('2026-01-01'), from('2026-01-17', { plan: 'x' })],
      '2026-01-31',
      ['period 10000 2026-01-01 2026-02-01'],
    ],
    [
      'nothing before a change has come',
      [from('2026-01-01'), from('2026-01-17', { priceMinor: 5 })],
      '2026-01-17',
      ['period 10000 2026-01-01 2026-02-01'],
    ],
  ])('%s', (_, changes, until, lines) => expect(shown(changes, until)).toEqual(lines));

  test('at a change of interval alone, too', () => {
    expect(shown([from('2026-01-01'), from('2026-01-17', { interval: 'year' })], '2026-01-18')).toEqual([
      'period 10000 2026-01-01 2026-02-01',
      'credit -4839 2026-01-17 2026-02-01',
      'period 10000 2026-01-17 2027-01-17',
    ]);
  });

  test('up to an instant, changes at it included', () => {
    expect(shown([from('2026-01-10T00:00Z')], '2026-01-10')).toEqual(['period 10000 2026-01-10 2026-02-10']);
  });

  test('by the days of its zone', () => {
    const newYork = () => zone('America/New_York');
    expect(shown([from('2026-01-10T02:00Z')], '2026-01-11', newYork)).toEqual([
      'period 10000 2026-01-09T05:00Z 2026-02-09T05:00Z',
    ]);
  });

  test('after a change of zone from the end of the running period to the next anchor date in the new zone', () => {
    const moved = (at: number) => zone(at < utc('2026-01-20T00:00Z') ? 'Europe/Berlin' : 'America/New_York');
    expect(shown([from('2026-01-10')], '2026-03-10', moved)).toEqual([
      'period 10000 2026-01-09T23:00Z 2026-02-09T23:00Z',
      'period 10000 2026-02-09T23:00Z 2026-03-10T04:00Z',
    ]);
  });

  test('by keys of the event or of the period, each once', () => {
    const changes = [from('2026-01-01'), from('2026-01-17', { priceMinor: 5 })];
    expect(charges(changes, '2026-02-01').map(({ sourceKey }) => sourceKey)).toEqual([
      'subscription:S:evt_2026-01-01:period',
      'subscription:S:evt_2026-01-17:credit',
      'subscription:S:evt_2026-01-17:charge',
      'subscription:S:2026-02-01T00:00:00.000Z',
    ]);
  });
});

describe('any history of a subscription', () => {
  const change = fc.record({
    day: fc.nat(120),
    status: fc.constantFrom<SubscriptionChange['status']>(
      'active',
      'active',
      'active',
      'past_due',
      'trialing',
      'canceled',
    ),
    priceMinor: fc.constantFrom(100, 3_100, 9_999),
    interval: fc.constantFrom<'month' | 'year'>('month', 'month', 'month', 'year'),
    quantity: fc.constantFrom(1, 3),
  });
  const histories = fc.array(change, { maxLength: 8 }).map((all) =>
    all
      .toSorted((a, b) => a.day - b.day)
      .map(({ day, ...more }, index) => ({
        ...from('2026-01-01'),
        ...more,
        eventId: `evt_${index}`,
        changedAt: utc('2026-01-01T12:00Z') + day * dayMs,
      })),
  );
  const UTC = zone('UTC');
  const of = (changes: SubscriptionChange[], until: number) =>
    subscriptionCharges({ subscriptionId: 'S', changes, zoneAt: () => UTC }, until);

  test('is charged what was charged before and more: a later instant never changes an earlier charge', () => {
    fc.assert(
      fc.property(histories, fc.nat(200), fc.nat(200), (changes, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((day) =>
          of(changes, utc('2026-01-01T00:00Z') + day * dayMs),
        );
        expect(late?.slice(0, early?.length)).toEqual(early);
        expect(new Set(late?.map(({ sourceKey }) => sourceKey)).size).toBe(late?.length);
      }),
      runs,
    );
  });

  test('comes, for each day, to the price in force on it, within half a minor unit per line', () => {
    fc.assert(
      fc.property(histories, (changes) => {
        const until = utc('2026-06-01T00:00Z');
        const lines = of(changes, until);
        for (let day = 0; day < 150; day += 7) {
          const at = utc('2026-01-01T12:00Z') + day * dayMs;
          const inForce = changes.findLast(({ changedAt }) => changedAt <= at);
          const paid = lines.filter(({ period }) => period.start <= at && at < period.end);
          const perDay = paid.reduce(
            (sum, { amountMinor, period }) => sum + Number(amountMinor) / daysOf(period, UTC),
            0,
          );
          const whole = paid.findLast(({ kind }) => kind === 'period')?.period;
          const isBilled = inForce?.status === 'active' || inForce?.status === 'past_due';
          const price = isBilled ? (inForce.priceMinor ?? 0) * inForce.quantity : 0;
          const days = whole ? daysOf(whole, UTC) : 1;
          const slack = paid.reduce((sum, { period }) => sum + 0.5 / daysOf(period, UTC), 0.001);
          expect(Math.abs(perDay - price / days)).toBeLessThanOrEqual(slack);
        }
      }),
      runs,
    );
  });
});
