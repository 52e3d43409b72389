import { describe, expect, test } from 'vitest';
import {
  actOf,
  afterDecline,
  afterNewMethod,
  afterRetry,
  closeCase,
  dunningMoves,
  endCase,
  nextDayOf,
  noticeKey,
  onDay,
  openCase,
  retryByHand,
  type DunningCase,
} from '#domain/billing/dunning';
import { defaultPolicy, type DunningPolicy } from '#domain/billing/dunning-policy';

const opened = (decline: 'soft' | 'hard' = 'soft', policy: Partial<DunningPolicy> = {}) =>
  openCase({ ...defaultPolicy, ...policy }, 0, decline);

/** Lets each day's slots do what is due, every retry declined as told (soft unless told); what was done: `3: step 2`. */
function run(start: DunningCase, days: readonly number[], declines: Readonly<Record<number, 'soft' | 'hard'>> = {}) {
  let dunning = start;
  const done: string[] = [];
  for (const day of days) {
    for (let slot = 0; slot < 24; slot++) {
      dunning = onDay(dunning, day);
      const act = actOf(dunning, day, false);
      if (act.do === 'end') {
        dunning = endCase(dunning);
        done.push(`${day}: ${act.endState}`);
      }
      if (act.do !== 'retry') continue;
      const { retry } = act;
      dunning = afterDecline(afterRetry(dunning, retry, day), declines[day] ?? 'soft', day);
      done.push(`${day}: ${retry.trigger === 'schedule' ? `step ${retry.step}` : retry.trigger}`);
    }
  }
  return { dunning, done };
}

const every = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the retries of a case', () => {
  test.each<[string, DunningCase, number[], string[]]>([
    [
      'are on days 1, 3, 5, 7 and 14, the end 7 days after the last',
      opened(),
      every(0, 30),
      ['1: step 1', '3: step 2', '5: step 3', '7: step 4', '14: step 5', '21: uncollectible'],
    ],
    [
      "follow the org's policy",
      opened('soft', { retryDays: [2, 4], graceDays: 0, endState: 'past_due' }),
      every(0, 9),
      ['2: step 1', '4: step 2', '4: past_due'],
    ],
    [
      'are none where the policy has none',
      opened('soft', { retryDays: [], endState: 'cancel_subscription' }),
      every(0, 9),
      ['7: cancel_subscription'],
    ],
    [
      'that were missed are made at later slots, one a day',
      opened(),
      [4, 5, 6, 7, 8],
      ['4: step 1', '5: step 2', '6: step 3', '7: step 4'],
    ],
    [
      'are not used up by days without slots',
      opened(),
      [40, 41, 42, 43, 44, 45, 51, 52],
      ['40: step 1', '41: step 2', '42: step 3', '43: step 4', '44: step 5', '51: uncollectible'],
    ],
    ['are one a day at most, whatever was missed', opened(), [20], ['20: step 1']],
    [
      'end at the first slot after the grace, however late it is',
      opened(),
      [1, 3, 5, 7, 14, 90],
      ['1: step 1', '3: step 2', '5: step 3', '7: step 4', '14: step 5', '90: uncollectible'],
    ],
  ])('%s', (_, dunning, days, done) => expect(run(dunning, days).done).toEqual(done));
});

describe('a hard decline', () => {
  test.each<[string, DunningCase, number[], Record<number, 'hard'>, string[]]>([
    ['of the first collection stops the retries', opened('hard'), every(0, 20), {}, []],
    ['of a retry stops the later ones', opened(), every(0, 20), { 3: 'hard' }, ['1: step 1', '3: step 2']],
    [
      'lets the case be exhausted on the day of its last step, which was used up',
      opened('hard'),
      every(0, 30),
      {},
      ['21: uncollectible'],
    ],
    [
      'of the last step exhausts as any',
      opened(),
      every(0, 30),
      { 14: 'hard' },
      ['1: step 1', '3: step 2', '5: step 3', '7: step 4', '14: step 5', '21: uncollectible'],
    ],
    [
      'of a step made late ends after its own day',
      opened(),
      [20, ...every(21, 40)],
      { 20: 'hard' },
      ['20: step 1', '27: uncollectible'],
    ],
  ])('%s', (_, dunning, days, declines, done) => expect(run(dunning, days, declines).done).toEqual(done));
});

describe('a change of the payment method', () => {
  test('retries at once, and steps whose day passed in the stop are used up', () => {
    const stopped = run(opened(), every(0, 5), { 3: 'hard' }).dunning;
    const changed = afterNewMethod(stopped, 6);
    expect(run(changed, every(6, 22)).done).toEqual(['6: new_method', '7: step 4', '14: step 5', '21: uncollectible']);
  });

  test('on the day of a step leaves that step to be made, beside its own retry', () => {
    const stopped = run(opened(), every(0, 4), { 3: 'hard' }).dunning;
    expect(run(afterNewMethod(stopped, 5), every(5, 7)).done).toEqual(['5: new_method', '5: step 3', '7: step 4']);
  });

  test('leaves a step that was missed before the stop to be made', () => {
    const late = run(opened(), [4], { 4: 'hard' }).dunning;
    expect(run(afterNewMethod(late, 6), every(6, 8)).done).toEqual(['6: new_method', '6: step 2', '7: step 4']);
  });

  test('without a stop retries at once, too, and uses no step', () => {
    const changed = afterNewMethod(run(opened(), every(0, 1)).dunning, 1);
    expect(run(changed, every(1, 3)).done).toEqual(['1: new_method', '3: step 2']);
  });

  test('over an attempt whose outcome is not known waits for the truth', () => {
    const changed = afterNewMethod(opened('hard'), 2);
    expect(actOf(changed, 2, true)).toEqual({ do: 'wait' });
    expect(actOf(changed, 2, false)).toEqual({ do: 'retry', retry: { trigger: 'new_method' } });
  });

  test('is not stopped by the hard decline of the method before it', () => {
    const changed = afterDecline(afterNewMethod(opened(), 2), 'hard', 2);
    expect(actOf(changed, 2, false)).toEqual({ do: 'retry', retry: { trigger: 'new_method' } });
  });

  test('is stopped by its own hard decline', () => {
    const changed = afterNewMethod(opened('hard'), 2);
    expect(run(changed, every(2, 13), { 2: 'hard' }).done).toEqual(['2: new_method']);
  });

  test('of what a case left due that ended is tried once, after the truth, and the case stays ended', () => {
    const changed = afterNewMethod(endCase(run(opened(), every(0, 20)).dunning), 30);
    expect(actOf(changed, 30, true)).toEqual({ do: 'wait' });
    expect(run(changed, every(30, 60)).done).toEqual(['30: new_method']);
    expect(changed.state).toBe('ended');
    expect(run(closeCase(changed, 'paid'), every(30, 60)).done).toEqual([]);
  });

  test('retries in the grace of an exhausted case, too', () => {
    const exhausted = run(opened(), every(0, 15)).dunning;
    expect(run(afterNewMethod(exhausted, 16), every(16, 21)).done).toEqual(['16: new_method', '21: uncollectible']);
  });
});

describe('a manual retry', () => {
  test('does not use up the schedule', () => {
    const dunning = opened();
    const retry = retryByHand(false);
    expect(retry).toEqual({ trigger: 'by_hand' });
    const after = afterDecline(afterRetry(dunning, { trigger: 'by_hand' }, 1), 'soft', 1);
    expect(run(after, every(1, 3)).done).toEqual(['1: step 1', '3: step 2']);
  });
  test('over an attempt whose outcome is not known is refused', () => {
    expect(retryByHand(true)).toEqual({ refused: 'attempt_unsettled' });
  });
  test('that fails leaves a case that ended as it is', () => {
    const ended = endCase(run(opened(), every(0, 20)).dunning);
    expect(afterDecline(afterRetry(ended, { trigger: 'by_hand' }, 30), 'hard', 30)).toEqual(ended);
  });
  test('that is declined hard stops the retries', () => {
    expect(run(afterDecline(opened(), 'hard', 2), every(2, 13)).done).toEqual([]);
  });
});

describe('an attempt whose outcome is not known', () => {
  test('lets no scheduled retry start', () => expect(actOf(opened(), 3, true)).toEqual({ do: 'wait' }));
  test('lets no case end', () => {
    const exhausted = run(opened(), every(0, 20)).dunning;
    expect(actOf(exhausted, 21, true)).toEqual({ do: 'wait' });
    expect(actOf(exhausted, 21, false)).toEqual({ do: 'end', endState: 'uncollectible' });
  });
});

describe('a case is', () => {
  test.each(['paid', 'voided', 'canceled'] as const)('closed when %s, and everything stops', (closedBy) => {
    const closed = closeCase(afterNewMethod(run(opened(), every(0, 4)).dunning, 4), closedBy);
    expect(closed).toMatchObject({ state: 'closed', closedBy, hasNewMethod: false });
    expect(run(closed, every(4, 40)).done).toEqual([]);
    expect(afterNewMethod(closed, 5)).toEqual(closed);
    expect(afterDecline(closed, 'hard', 5)).toEqual(closed);
  });
  test('recovered by a payment during the grace', () => {
    expect(closeCase(run(opened(), every(0, 20)).dunning, 'paid')).toMatchObject({ state: 'closed', closedBy: 'paid' });
  });
  test('over once it ended', () => {
    const { dunning } = run(opened(), every(0, 21));
    expect(dunning.state).toBe('ended');
    expect(closeCase(dunning, 'canceled')).toEqual(dunning);
    expect(closeCase(dunning, 'paid')).toEqual({ ...dunning, closedBy: 'paid' });
    expect(run(dunning, every(22, 40)).done).toEqual([]);
  });
  test('over with its change of method, which is not retried any more', () => {
    const exhausted = afterNewMethod(run(opened(), every(0, 14)).dunning, 14);
    expect(endCase(exhausted)).toMatchObject({ state: 'ended', hasNewMethod: false });
  });
  test('never retried in a stop, also where nobody passed its days', () => {
    expect(actOf(opened('hard'), 99, false)).toEqual({ do: 'wait' });
  });
  test('never ended before it is exhausted', () => expect(endCase(opened())).toEqual(opened()));
  test('exhausted on the day of its last step', () => {
    expect(run(opened(), every(0, 13)).dunning.state).toBe('retrying');
    expect(run(opened(), every(0, 14)).dunning).toMatchObject({ state: 'exhausted', exhaustedOn: 14 });
    expect(onDay(opened('hard'), 14).state).toBe('retrying');
    expect(onDay(opened('hard'), 15)).toMatchObject({ state: 'exhausted', exhaustedOn: 14 });
  });
  test('moved by one table', () => {
    expect(dunningMoves).toEqual({
      retrying: ['exhausted', 'closed'],
      exhausted: ['ended', 'closed'],
      ended: [],
      closed: [],
    });
  });
});

describe('the next day of a case', () => {
  test.each<[string, DunningCase, number | undefined]>([
    ['is that of its next step', opened(), 1],
    ['is the day after a step made late', run(opened(), [6]).dunning, 7],
    ['is the end of the grace once exhausted', run(opened(), every(0, 14)).dunning, 21],
    ['is the day on which a stopped case is exhausted', opened('hard'), 15],
    ['is none once closed', closeCase(opened(), 'paid'), undefined],
    ['is none once ended', run(opened(), every(0, 21)).dunning, undefined],
  ])('%s', (_, dunning, day) => expect(nextDayOf(dunning)).toBe(day));
});

test('a notice goes out once per case, step and channel', () => {
  expect(noticeKey('case_1', 2, 'email')).toBe('notice:case_1:2:email');
});
