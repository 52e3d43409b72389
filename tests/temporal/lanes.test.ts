import { expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';
import {
  createLanes,
  ownStartsMax,
  queueMax,
  sharedRunsMax,
  usageBatchTokens,
  usageBatchWeight,
  type LaneSettings,
  type Lanes,
} from '#temporal/lanes';

const settings: LaneSettings = { lanes: 'auto', ownWorkflowsPerS: 20, shareLingerMs: 25, shareMax: 500 };

function ref(number: number, type = 'lead.created'): EventRef {
  return { tenantId: 'acme', eventId: `evt_${number}`, type };
}

function offerMany(lanes: Lanes, count: number, nowMs: number, first = 0) {
  return Array.from({ length: count }, (_, index) => lanes.offer(ref(first + index), nowMs));
}

function tally(results: readonly string[]) {
  return Object.fromEntries(
    [...new Set(results)].map((result) => [result, results.filter((one) => one === result).length]),
  );
}

test.each([
  { pace: '10/s', everyMs: 100, seconds: 30, own: 300 },
  { pace: '20/s', everyMs: 50, seconds: 30, own: 600 },
  { pace: '1/s', everyMs: 1_000, seconds: 30, own: 30 },
])('at $pace every event has a run of its own', ({ everyMs, seconds, own }) => {
  const lanes = createLanes(settings);
  const results = Array.from({ length: (seconds * 1_000) / everyMs }, (_, index) => {
    const lane = lanes.offer(ref(index), index * everyMs);
    if (lane === 'own') lanes.ownStarted();
    return lane;
  });
  expect(tally(results)).toEqual({ own });
});

test('a burst fills the starts of the own lane, and the rest shares one run after the linger', () => {
  const lanes = createLanes(settings);
  expect(tally(offerMany(lanes, 108, 1_000))).toEqual({ own: ownStartsMax, queued: 100 });
  expect(lanes.take(1_024)).toBeUndefined();
  expect(lanes.dueAtMs()).toBe(1_025);
  expect(lanes.take(1_025)).toHaveLength(100);
  expect(lanes).toMatchObject({ queued: 0, openRuns: 1 });
});

test.each([
  { tookMs: 20, lingerMs: 25 },
  { tookMs: 60, lingerMs: 60 },
  { tookMs: 5_000, lingerMs: 100 },
])('after a run of $tookMs ms the next set lingers for $lingerMs ms', ({ tookMs, lingerMs }) => {
  const lanes = createLanes(settings);
  offerMany(lanes, ownStartsMax + 1, 0);
  const set = lanes.take(25) ?? [];
  lanes.sharedEnded(set, tookMs);
  lanes.offer(ref(100), 10_000, true);
  expect(lanes.dueAtMs()).toBe(10_000 + lingerMs);
});

test('the own lane is left alone until the shared one is idle, although tokens have come back', () => {
  const lanes = createLanes(settings);
  offerMany(lanes, ownStartsMax + 10, 0);
  for (let start = 0; start < ownStartsMax; start += 1) lanes.ownStarted();
  const shared = lanes.take(100) ?? [];
  expect(lanes.offer(ref(200), 5_000)).toBe('queued');
  const more = lanes.take(6_000) ?? [];
  lanes.sharedEnded(shared, 14);
  expect(lanes.offer(ref(201), 6_100)).toBe('queued');
  const last = lanes.take(6_200) ?? [];
  lanes.sharedEnded(more, 14);
  lanes.sharedEnded(last, 14);
  expect(lanes.offer(ref(202), 6_300)).toBe('own');
});

test('a full set does not linger, and what exceeds it goes into the next', () => {
  const lanes = createLanes({ ...settings, shareMax: 50 });
  offerMany(lanes, ownStartsMax + 120, 0);
  expect(
    lanes
      .take(0)
      ?.map(({ eventId }) => eventId)
      .at(0),
  ).toBe(`evt_${ownStartsMax}`);
  expect(lanes.take(0)).toHaveLength(50);
  expect(lanes.queued).toBe(20);
});

test('at most two shared runs are open; the third set waits for one to end', () => {
  const lanes = createLanes({ ...settings, shareMax: 10 });
  offerMany(lanes, ownStartsMax + 40, 0);
  const first = lanes.take(0) ?? [];
  lanes.take(0);
  expect(lanes.openRuns).toBe(sharedRunsMax);
  expect(lanes.take(1_000)).toBeUndefined();
  expect(lanes.dueAtMs()).toBeUndefined();
  lanes.sharedEnded(first, 14);
  expect(lanes.take(1_000)).toHaveLength(10);
});

test('the queue is bounded, and says how much it can take', () => {
  const lanes = createLanes(settings);
  const results = offerMany(lanes, ownStartsMax + queueMax + 5, 0);
  expect(tally(results)).toEqual({ own: ownStartsMax, queued: queueMax, full: 5 });
  expect(lanes.capacity()).toBe(0);
  expect(lanes.clear()).toBe(queueMax);
  expect(lanes).toMatchObject({ queued: 0 });
  expect(lanes.capacity()).toBe(queueMax);
});

test('the own lane takes no more a second than it is given, however fast its starts are', () => {
  const lanes = createLanes(settings);
  const results = Array.from({ length: 100 }, (_, index) => {
    const lane = lanes.offer(ref(index), index * 10);
    if (lane === 'own') lanes.ownStarted();
    return lane;
  });
  // Twenty that were saved up, and twenty a second.
  expect(results.indexOf('queued')).toBe(24);
});

test('an event that waits or is in a shared run is known, until the run ends', () => {
  const lanes = createLanes(settings);
  offerMany(lanes, 21, 0);
  expect(lanes.offer(ref(20), 1, true)).toBe('known');
  const set = lanes.take(100) ?? [];
  expect(lanes.offer(ref(20), 101, true)).toBe('known');
  lanes.sharedEnded(set, 14);
  expect(lanes.offer(ref(20), 102, true)).toBe('queued');
});

test('what the sweeper brings always shares a run', () => {
  const lanes = createLanes(settings);
  expect(lanes.offer(ref(1), 0, true)).toBe('queued');
});

test('a usage request counts for as many events as it costs, in either lane', () => {
  const lanes = createLanes(settings);
  const own = settings.ownWorkflowsPerS / usageBatchTokens;
  const offered = Array.from({ length: own + 12 }, (_, number) => lanes.offer(ref(number, usageBatchType), 0));
  expect(tally(offered)).toEqual({ own, queued: 12 });
  expect(lanes.take(0)).toHaveLength(settings.shareMax / usageBatchWeight);
  expect(lanes.take(0)).toHaveLength(settings.shareMax / usageBatchWeight);
});

test('a usage request has its turn in the own lane however small that is', () => {
  const lanes = createLanes({ ...settings, ownWorkflowsPerS: 1 });
  expect(lanes.offer(ref(1, usageBatchType), 0)).toBe('own');
  expect(lanes.offer(ref(2, usageBatchType), 1_000)).toBe('queued');
});

test('with the shared lane switched off every event waits for a start of its own', () => {
  const lanes = createLanes({ ...settings, lanes: 'own' });
  expect(tally(offerMany(lanes, ownStartsMax + 3, 0))).toEqual({ own: ownStartsMax, queued: 3 });
  expect(lanes.take(0)).toBeUndefined();
  lanes.ownStarted();
  expect(lanes.take(0)).toEqual([ref(ownStartsMax)]);
  expect(lanes.take(0)).toBeUndefined();
  expect(lanes.openRuns).toBe(0);
});
