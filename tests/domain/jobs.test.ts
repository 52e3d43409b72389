import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isLate,
  jobNames,
  nextDue,
  planSlots,
  slotAt,
  slotOf,
  slotsBetween,
  slotsPerRunMax,
  type JobName,
  type KnownSlot,
  type SlotStatus,
} from '#domain/jobs';

const at = (text: string) => Date.parse(text);

test.each([
  ['nightly-rating', '2026-11-24T02:15:00Z', '2026-11-24'],
  ['nightly-rating', '2026-11-24T02:14:59.999Z', '2026-11-23'],
  ['nightly-rating', '2026-11-24T18:00:00Z', '2026-11-24'],
  ['nightly-rating', '2028-03-01T00:00:00Z', '2028-02-29'],
  ['dunning', '2026-11-24T10:05:00Z', '2026-11-24T10'],
  ['dunning', '2026-11-24T00:04:00Z', '2026-11-23T23'],
  ['monthly-rollup', '2026-12-01T03:30:00Z', '2026-12-01'],
  ['monthly-rollup', '2026-12-01T03:29:00Z', '2026-11-07'],
  ['monthly-rollup', '2026-11-24T18:00:00Z', '2026-11-07'],
  ['metrics', '2026-11-24T10:09:59Z', '2026-11-24T10:05'],
  ['invariants', '2027-01-01T00:39:00Z', '2026-12-31T23'],
] as const)('%s at %s is for the slot %s', (job, scheduled, slot) => {
  expect(slotOf(job, at(scheduled))).toBe(slot);
});

test.each([
  ['nightly-rating', '2026-11-23', '2026-11-23T02:15:00Z'],
  ['dunning', '2026-11-23T00', '2026-11-23T00:05:00Z'],
  ['monthly-rollup', '2026-11-20', '2026-11-20T03:30:00Z'],
  ['metrics', '2026-11-23T00:55', '2026-11-23T00:55:00Z'],
] as const)('%s %s is nominally at %s', (job, slot, instant) => {
  expect(slotAt(job, slot)).toBe(at(instant));
});

test.each([
  ['nightly-rating', '2026-11-31'],
  ['nightly-rating', '2026-02-29'],
  ['nightly-rating', '2026-11-23T10'],
  ['nightly-rating', '20261123'],
  ['nightly-rating', ''],
  ['nightly-rating', '2026-11-23 '],
  ['dunning', '2026-11-23'],
  ['dunning', '2026-11-23T24'],
  ['dunning', '2026-11-23T10:05'],
  ['metrics', '2026-11-23T10:04'],
] as const)('%s has no slot %j', (job, slot) => {
  expect(slotAt(job, slot)).toBeUndefined();
});

test('S5: every slot is the slot of its own nominal instant, and the one before it of the millisecond before', () => {
  const instants = fc.integer({ min: at('1999-01-01T00:00:00Z'), max: at('2101-01-01T00:00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...jobNames), instants, (job, scheduled) => {
      const slot = slotOf(job, scheduled);
      const nominal = slotAt(job, slot) ?? Number.NaN;
      expect(nominal).toBeLessThanOrEqual(scheduled);
      expect(slotOf(job, nominal)).toBe(slot);
      const before = slotOf(job, nominal - 1);
      expect(before < slot).toBe(true);
      expect(slotsBetween(job, before, slot)).toEqual([]);
      expect(slotsBetween(job, slotOf(job, (slotAt(job, before) ?? 0) - 1), slot)).toEqual([before]);
    }),
  );
});

test('what is due next is the first instant whose newest slot is another', () => {
  fc.assert(
    fc.property(fc.constantFrom(...jobNames), fc.integer({ min: 0, max: 4e12 }), (job, at) => {
      const next = nextDue(job, at);
      expect(next).toBeGreaterThan(at);
      expect(slotOf(job, next - 1)).toBe(slotOf(job, at));
      expect(slotAt(job, slotOf(job, next))).toBe(next);
    }),
  );
});

test.each<[JobName, string, string, boolean]>([
  ['nightly-rating', '2026-11-23', '2026-11-24T04:14:59Z', false],
  ['nightly-rating', '2026-11-23', '2026-11-24T04:15:00Z', true],
  ['dunning', '2026-11-23T10', '2026-11-23T12:04:59Z', false],
  ['dunning', '2026-11-23T10', '2026-11-23T12:05:00Z', true],
  ['metrics', '2026-11-23T10:05', '2026-11-23T10:19:59Z', false],
  ['metrics', '2026-11-23T10:05', '2026-11-23T10:20:00Z', true],
  ['monthly-rollup', '2026-11-07', '2026-12-01T05:29:59Z', false],
])('%s whose newest good slot is %s is late at %s: %s', (job, good, at, late) => {
  expect(isLate(job, good, Date.parse(at))).toBe(late);
});

function know(slot: string, status: SlotStatus, more: Partial<KnownSlot> = {}): KnownSlot {
  return { slot, status, isHeld: false, isMine: false, ...more };
}

const rating: JobName = 'nightly-rating';

test('the first run of a job is for the asked slot alone', () => {
  expect(planSlots(rating, '2026-11-23', false, [])).toEqual({ verdict: 'run', run: ['2026-11-23'], cover: [] });
});

test('five missed nights are five slots, oldest first; of other jobs the newest covers those before it', () => {
  const known = [know('2026-11-18', 'done')];
  const nights = ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
  expect(planSlots(rating, '2026-11-23', false, known)).toEqual({ verdict: 'run', run: nights, cover: [] });
  expect(planSlots('dunning', '2026-11-23T02', false, [know('2026-11-22T23', 'done')])).toEqual({
    verdict: 'run',
    run: ['2026-11-23T02'],
    cover: ['2026-11-23T00', '2026-11-23T01'],
  });
  expect(planSlots('monthly-rollup', '2026-12-02', false, [know('2026-11-06', 'done')])).toEqual({
    verdict: 'run',
    run: ['2026-12-02'],
    cover: ['2026-11-07', '2026-12-01'],
  });
});

test('more than 31 missed nights: the newest are run and the others covered', () => {
  const plan = planSlots(rating, '2026-11-23', false, [know('2026-09-01', 'done')]);
  if (plan.verdict !== 'run') throw new Error('not run');
  expect(plan.run).toHaveLength(slotsPerRunMax);
  expect(plan.run.at(-1)).toBe('2026-11-23');
  expect(plan.cover[0]).toBe('2026-09-02');
  expect(plan.cover.length + plan.run.length).toBe(83);
});

test.each([
  ['failed', ['2026-11-22', '2026-11-23']],
  ['running', ['2026-11-22', '2026-11-23']],
  ['partial', ['2026-11-23']],
  ['covered', ['2026-11-23']],
  ['done', ['2026-11-23']],
] as const)('a slot before that is %s and held by nobody: %j are run', (status, run) => {
  expect(planSlots(rating, '2026-11-23', false, [know('2026-11-22', status)])).toMatchObject({ verdict: 'run', run });
});

test.each<[SlotStatus, boolean, Partial<KnownSlot>, 'run' | 'skip']>([
  ['done', false, {}, 'skip'],
  ['done', true, {}, 'run'],
  ['done', true, { isMine: true }, 'skip'],
  ['partial', false, {}, 'run'],
  ['partial', false, { isMine: true }, 'skip'],
  ['failed', false, {}, 'run'],
  ['covered', false, {}, 'run'],
  ['running', false, {}, 'run'],
  ['running', true, { isHeld: true }, 'skip'],
])('the asked slot that is %s (forced: %s, %j): %s', (status, isForced, more, verdict) => {
  const plan = planSlots(rating, '2026-11-23', isForced, [know('2026-11-23', status, more)]);
  expect(plan).toMatchObject(verdict === 'skip' ? { verdict, isHeld: more.isHeld ?? false } : { verdict });
});

test('while another run works on an older slot the next one waits its turn', () => {
  expect(planSlots(rating, '2026-11-23', false, [know('2026-11-22', 'running', { isHeld: true })])).toEqual({
    verdict: 'wait',
  });
});

test('slots after the asked one change nothing: a night that is made up for later is run alone', () => {
  expect(planSlots(rating, '2026-11-20', false, [know('2026-11-20', 'covered')])).toEqual({
    verdict: 'run',
    run: ['2026-11-20'],
    cover: [],
  });
});
