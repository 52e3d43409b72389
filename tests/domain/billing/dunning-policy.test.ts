import { describe, expect, test } from 'vitest';
import { defaultPolicy, parsePolicy } from '#domain/billing/dunning-policy';

describe('a dunning policy', () => {
  test('retries on days 1, 3, 5, 7 and 14, with 7 days of grace, where an org has none of its own', () => {
    expect(defaultPolicy).toEqual({ retryDays: [1, 3, 5, 7, 14], graceDays: 7, endState: 'uncollectible' });
    expect(parsePolicy(defaultPolicy)).toEqual({ ok: true, value: defaultPolicy });
  });

  test.each([
    ['retries not at all', { retryDays: [] }],
    ['has no grace', { graceDays: 0 }],
    ['cancels the subscription', { endState: 'cancel_subscription' }],
    ['leaves it past due', { endState: 'past_due' }],
  ])('is taken that %s', (_, part) =>
    expect(parsePolicy({ ...defaultPolicy, ...part })).toMatchObject({ ok: true, value: part }),
  );

  test.each<[string, Record<string, unknown>, string]>([
    ['has a day twice', { retryDays: [1, 1] }, 'retryDays'],
    ['has days that fall', { retryDays: [3, 1] }, 'retryDays'],
    ['retries on the day of the failure', { retryDays: [0] }, 'retryDays.0'],
    ['retries on a part of a day', { retryDays: [1.5] }, 'retryDays.0'],
    ['has a grace below 0', { graceDays: -1 }, 'graceDays'],
    ['lacks the grace', { graceDays: undefined }, 'graceDays'],
    ['ends in an unknown state', { endState: 'forgiven' }, 'endState'],
    ['has another part', { pause: 1 }, 'pause'],
  ])('is refused that %s', (_, part, path) => {
    const told = Object.fromEntries(
      Object.entries({ ...defaultPolicy, ...part }).filter(([, value]) => value !== undefined),
    );
    expect(parsePolicy(told)).toEqual({ ok: false, issues: [{ path, message: expect.stringMatching(/\w/) }] });
  });
});
