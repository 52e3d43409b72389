import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  actOf,
  afterDecline,
  afterNewMethod,
  afterRetry,
  closeCase,
  dunningMoves,
  endCase,
  isOpen,
  nextDayOf,
  onDay,
  openCase,
  retryByHand,
  type DunningCase,
  type DunningState,
} from '#domain/billing/dunning';
import { runs, thoroughRuns } from './runs.ts';

const policy = fc.record({
  retryDays: fc
    .uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 5 })
    .map((days) => days.toSorted((a, b) => a - b)),
  graceDays: fc.integer({ min: 0, max: 8 }),
  endState: fc.constantFrom('uncollectible', 'cancel_subscription', 'past_due'),
});
const decline = fc.constantFrom<'soft' | 'hard'>('soft', 'soft', 'soft', 'hard');
const happening = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ what: fc.constant('slot' as const), decline, isUnknown: fc.nat(5).map((n) => n === 0) }),
  },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('days' as const), days: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('new_method' as const, 'by_hand' as const), decline }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('truth' as const), decline }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly dunning: DunningCase;
  readonly today: number;
  readonly hasUnknown: boolean;
  readonly retries: readonly {
    readonly trigger: string;
    readonly day: number;
    readonly wasStopped: boolean;
    readonly overUnknown: boolean;
  }[];
  readonly states: readonly DunningState[];
}

function step(world: World, happens: Happening): World {
  const { today, hasUnknown } = world;
  const dunning = onDay(world.dunning, today);
  const next = (changed: Partial<World>): World => {
    const after = { ...world, dunning, ...changed };
    return { ...after, states: [...world.states, dunning.state, after.dunning.state] };
  };
  const retried = (trigger: string) => [
    ...world.retries,
    { trigger, day: today, wasStopped: dunning.stoppedOn !== undefined, overUnknown: hasUnknown },
  ];
  switch (happens.what) {
    case 'days':
      return next({ today: today + happens.days });
    case 'new_method':
      return next({ dunning: afterNewMethod(dunning, today) });
    case 'truth':
      return next(hasUnknown ? { dunning: afterDecline(dunning, happens.decline, today), hasUnknown: false } : {});
    case 'by_hand': {
      const retry = retryByHand(hasUnknown);
      if ('refused' in retry) return next({});
      return next({
        dunning: afterDecline(afterRetry(dunning, retry, today), happens.decline, today),
        retries: retried('by_hand'),
      });
    }
    case 'slot': {
      const act = actOf(dunning, today, hasUnknown);
      if (act.do === 'end') return next({ dunning: endCase(dunning) });
      if (act.do === 'wait') return next({});
      const begun = afterRetry(dunning, act.retry, today);
      const after = happens.isUnknown ? begun : afterDecline(begun, happens.decline, today);
      return next({ dunning: after, hasUnknown: happens.isUnknown, retries: retried(act.retry.trigger) });
    }
  }
}

const histories = fc.tuple(policy, decline, fc.array(happening, { maxLength: 40 }));
function play(told: typeof histories extends fc.Arbitrary<infer T> ? T : never): World {
  const [by, first, happenings] = told;
  const dunning = openCase(by, 0, first);
  return happenings.reduce(step, { dunning, today: 0, hasUnknown: false, retries: [], states: [dunning.state] });
}

test('scheduled retries are one a day at most, one per step at most, and none in a stop', () => {
  fc.assert(
    fc.property(histories, (told) => {
      const scheduled = play(told).retries.filter(({ trigger }) => trigger === 'schedule');
      expect(new Set(scheduled.map(({ day }) => day)).size).toBe(scheduled.length);
      expect(scheduled.length).toBeLessThanOrEqual(told[0].retryDays.length);
      expect(scheduled.some(({ wasStopped }) => wasStopped)).toBe(false);
    }),
    runs,
  );
});

test('no retry of any kind starts over an attempt whose outcome is not known', () => {
  fc.assert(
    fc.property(histories, (told) => play(told).retries.every(({ overUnknown }) => !overUnknown)),
    runs,
  );
});

test('a case moves by its table alone, and every move of it is reached', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(histories, fc.nat(3), (told, closing) => {
      const { dunning, states } = play(told);
      const last = closing === 0 ? [closeCase(dunning, 'paid').state] : [];
      const path = [...states, ...last];
      for (const [index, to] of path.entries()) {
        const from = path[index - 1] ?? to;
        if (from === to) continue;
        const legal: readonly DunningState[] = dunningMoves[from];
        expect(legal).toContain(to);
        reached.add(`${from} ${to}`);
      }
    }),
    thoroughRuns,
  );
  expect(reached.size).toBe(Object.values(dunningMoves).flat().length);
});

test('left to its slots, every case ends within its schedule and grace', () => {
  fc.assert(
    fc.property(histories, (told) => {
      const [{ retryDays, graceDays }] = told;
      const { dunning, today } = play(told);
      const longest = Math.max(today, (retryDays.at(-1) ?? 0) + 1) + retryDays.length + graceDays + 1;
      let left = dunning;
      for (let day = today; day <= longest; day++) {
        for (let slot = 0; slot < 3; slot++) {
          left = onDay(left, day);
          const act = actOf(left, day, false);
          if (act.do === 'retry') left = afterDecline(afterRetry(left, act.retry, day), 'soft', day);
          if (act.do === 'end') left = endCase(left);
        }
      }
      expect(isOpen(left)).toBe(false);
    }),
    runs,
  );
});

test('a day passed twice is passed once, and before its next day a case waits', () => {
  fc.assert(
    fc.property(histories, fc.nat(30), (told, days) => {
      const { dunning, today } = play(told);
      const standing = onDay(dunning, today + days);
      expect(onDay(standing, today + days)).toEqual(standing);
      const next = nextDayOf(dunning);
      if (dunning.hasNewMethod || (next !== undefined && today + days >= next)) return;
      expect(actOf(standing, today + days, false)).toEqual({ do: 'wait' });
    }),
    runs,
  );
});
