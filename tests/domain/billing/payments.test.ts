import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptKey,
  attemptMoves,
  isKeyTrusted,
  isUnsettled,
  mayBeOnItsWay,
  mayResend,
  mustAsk,
  nextAskAt,
  nextAttempt,
  outcomeOfLookUp,
  settle,
  type Attempt,
  type AttemptStatus,
} from '#domain/billing/payments';
import { dayMs, hourMs, minuteMs } from '#domain/instants';
import { runs } from './runs.ts';

const startedAt = 1_000 * hourMs;
const attempt = (number: number, status: AttemptStatus): Attempt => ({ attempt: number, status, startedAt });
const statuses = ['pending', 'succeeded', 'failed', 'unknown'] as const;

test('an attempt has one key', () => expect(attemptKey('inv_1', 2)).toBe('pay:inv_1:2'));

describe('the next attempt', () => {
  test.each<[string, Attempt[], unknown]>([
    ['is the first', [], 1],
    ['has a number of its own after a failed one', [attempt(1, 'failed')], 2],
    ['counts on from the highest, in whatever order they are told', [attempt(7, 'failed'), attempt(3, 'failed')], 8],
    ['does not start over a pending one', [attempt(1, 'pending')], { refused: 'attempt_unsettled' }],
    [
      'does not start over an unknown one',
      [attempt(1, 'unknown'), attempt(2, 'failed')],
      { refused: 'attempt_unsettled' },
    ],
  ])('%s', (_, attempts, next) => expect(nextAttempt(attempts)).toEqual(next));
});

describe('an outcome', () => {
  const after = (before: AttemptStatus) =>
    Object.fromEntries(statuses.map((outcome) => [outcome, settle(before, outcome)]));
  test.each<[AttemptStatus, Record<AttemptStatus, AttemptStatus>]>([
    ['pending', { pending: 'pending', succeeded: 'succeeded', failed: 'failed', unknown: 'unknown' }],
    ['unknown', { pending: 'unknown', succeeded: 'succeeded', failed: 'failed', unknown: 'unknown' }],
    ['succeeded', { pending: 'succeeded', succeeded: 'succeeded', failed: 'succeeded', unknown: 'succeeded' }],
    ['failed', { pending: 'failed', succeeded: 'failed', failed: 'failed', unknown: 'failed' }],
  ])('of a %s attempt settles it once, and what is settled stays', (before, table) =>
    expect(after(before)).toEqual(table),
  );

  test('told any number of times in any order leaves the first that settled', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statuses), { maxLength: 8 }), (outcomes) => {
        const first = outcomes.find((outcome) => outcome === 'succeeded' || outcome === 'failed');
        const twice = outcomes.flatMap((outcome) => [outcome, outcome]);
        const settled = twice.reduce<AttemptStatus>(settle, 'pending');
        if (first === undefined) expect(isUnsettled({ status: settled })).toBe(true);
        else expect(settled).toBe(first);
      }),
      runs,
    );
  });

  test('settled is where no move leads on', () => {
    for (const status of statuses) expect(isUnsettled({ status })).toBe(attemptMoves[status].length > 0);
  });
});

describe('the janitor', () => {
  test.each<[string, AttemptStatus, number, boolean]>([
    ['asks about an unknown attempt at once', 'unknown', 0, true],
    ['leaves a pending one to who made it', 'pending', 2 * minuteMs, false],
    ['asks about a pending one that is older', 'pending', 2 * minuteMs + 1, true],
    ['leaves one to who made it by a clock that is a little ahead', 'pending', -2 * minuteMs, false],
    ['asks about one that is dated in a time to come', 'pending', -2 * minuteMs - 1, true],
    ['asks nothing about a settled one', 'failed', 99 * hourMs, false],
    ['nor about one that succeeded', 'succeeded', 99 * hourMs, false],
  ])('%s', (_, status, ageMs, asks) => expect(mustAsk(attempt(1, status), startedAt + ageMs)).toBe(asks));

  test.each([
    ['until just before 23 h the key is trusted', 23 * hourMs - 1, true],
    ['from 23 h on it is not', 23 * hourMs, false],
    ['nor later', 48 * hourMs, false],
  ])('%s', (_, ageMs, isTrusted) => expect(isKeyTrusted({ startedAt }, startedAt + ageMs)).toBe(isTrusted));

  test.each([
    ['just made, it may be on its way', 0, true],
    ['until just before 5 min', 5 * minuteMs - 1, true],
    ['from 5 min on it is not', 5 * minuteMs, false],
    ['by a clock that was a little ahead', 1 - 5 * minuteMs, true],
    ['nor in a time to come', -5 * minuteMs, false],
  ])('%s', (_, ageMs, may) => expect(mayBeOnItsWay({ startedAt }, startedAt + ageMs)).toBe(may));

  test('asks 5 min after a slot that is earlier than the attempt', () => {
    expect(nextAskAt({ startedAt }, startedAt - dayMs)).toBe(startedAt - dayMs + 5 * minuteMs);
  });

  test('asks at 5 min, 1 h and 22 h, then daily five times, and no more', () => {
    const asked: number[] = [];
    let at: number | undefined = startedAt;
    while ((at = nextAskAt({ startedAt }, at)) !== undefined) asked.push(at - startedAt);
    const daily = [1, 2, 3, 4, 5].map((day) => 22 * hourMs + day * dayMs);
    expect(asked).toEqual([5 * minuteMs, hourMs, 22 * hourMs, ...daily]);
  });

  test.each([
    ['until just before 22 h what the provider does not have may be sent again', 22 * hourMs - 1, true],
    ['from 22 h on it is looked up only', 22 * hourMs, false],
  ])('%s', (_, ageMs, may) => expect(mayResend({ startedAt }, startedAt + ageMs)).toBe(may));

  test('takes what the provider has', () => {
    expect(outcomeOfLookUp({ status: 'succeeded' })).toEqual({ status: 'succeeded' });
    const declined = { status: 'failed', decline: 'hard', code: 'stolen_card' } as const;
    expect(outcomeOfLookUp(declined)).toEqual(declined);
  });

  test('a charge that the provider does not have has failed, and may be tried again as a new attempt', () => {
    expect(outcomeOfLookUp(undefined)).toEqual({ status: 'failed', decline: 'soft', code: 'not_charged' });
  });
});
