import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventRef } from '#domain/ids';
import { createBreaker } from '#temporal/breaker';
import { createDriver, type DriverPorts } from '#temporal/driver';
import { ownStartsMax, type LaneSettings } from '#temporal/lanes';

const settings: LaneSettings = { lanes: 'auto', ownWorkflowsPerS: 20, shareLingerMs: 25, shareMax: 500 };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function refs(count: number, first = 0): EventRef[] {
  return Array.from({ length: count }, (_, index) => ({
    tenantId: 'acme',
    eventId: `evt_${first + index}`,
    type: 'lead.created',
  }));
}

/** An engine that notes what is started; shared runs end when the test says so. */
function createEngine(ports: Partial<DriverPorts> = {}, laneSettings = settings) {
  const own: string[] = [];
  const sets: number[] = [];
  const ends: (() => void)[] = [];
  const driver = createDriver(laneSettings, {
    nowMs: () => Date.now(),
    mayStart: () => true,
    startOwn: async (ref) => {
      own.push(ref.eventId);
      return 'eager';
    },
    startShared: async (set) => {
      sets.push(set.length);
      return { started: 'plain', ended: new Promise<void>((resolve) => ends.push(resolve)) };
    },
    ...ports,
  });
  return { driver, own, sets, ends };
}

test('normal business: each event is started on its own, at once', async () => {
  const { driver, own, sets } = createEngine();
  for (const ref of refs(40)) {
    driver.drive(ref);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(own).toHaveLength(40);
  expect(sets).toEqual([]);
  expect(driver.counts()).toMatchObject({ startedOwn: 40, startedEagerly: 40, queued: 0 });
});

test('a burst: two shared runs at a time take all that waits, and the next goes when one has ended', async () => {
  const { driver, own, sets, ends } = createEngine();
  for (const ref of refs(ownStartsMax + 1_300)) driver.drive(ref);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(own).toHaveLength(ownStartsMax);
  expect(sets).toEqual([500, 500]);
  expect(driver.counts()).toMatchObject({ queued: 300, openRuns: 2 });
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(25);
  expect(sets).toEqual([500, 500, 300]);
  for (const end of ends) end();
  await vi.advanceTimersByTimeAsync(0);
  expect(driver.counts()).toMatchObject({ queued: 0, openRuns: 0, startedShared: 3 });
});

test('driving never throws and never waits, whatever starting does', async () => {
  const { driver } = createEngine({
    startOwn: async () => Promise.reject(new Error('away')),
    startShared: async () => Promise.reject(new Error('away')),
  });
  for (const ref of refs(100)) driver.drive(ref);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(driver.counts()).toMatchObject({ startedOwn: 0, startedShared: 0, queued: 0, openRuns: 0 });
  expect(driver.counts().startFailures).toBeGreaterThan(ownStartsMax);
});

test('T6: an event whose own start fails shares the next run: it does not wait for the sweeper', async () => {
  const { driver, sets } = createEngine({ startOwn: async () => Promise.reject(new Error('deadline exceeded')) });
  for (const ref of refs(1)) driver.drive(ref);
  await vi.advanceTimersByTimeAsync(25);
  expect(sets).toEqual([1]);
  expect(driver.counts()).toMatchObject({ startFailures: 1, startedShared: 1, leftToSweeper: 0 });
});

test('while the engine is away nothing is started, and what waits is left to the sweeper', async () => {
  let isAway = false;
  const { driver, sets } = createEngine({ mayStart: () => !isAway });
  for (const ref of refs(ownStartsMax + 10)) driver.drive(ref);
  isAway = true;
  driver.drive({ tenantId: 'acme', eventId: 'evt_late', type: 'lead.created' });
  await vi.advanceTimersByTimeAsync(100);
  expect(sets).toEqual([]);
  expect(driver.counts()).toMatchObject({ leftToSweeper: 11, queued: 0 });
});

test('closing waits for the starts under way and begins no more', async () => {
  let started: (() => void) | undefined;
  const { driver, own } = createEngine({
    startOwn: () => new Promise((resolve) => (started = () => resolve('plain'))),
  });
  const [first, second] = refs(2);
  if (first) driver.drive(first);
  let isClosed = false;
  void driver.close().then(() => (isClosed = true));
  if (second) driver.drive(second);
  await vi.advanceTimersByTimeAsync(500);
  expect(isClosed).toBe(false);
  started?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(isClosed).toBe(true);
  expect(own).toEqual([]);
  expect(driver.counts()).toMatchObject({ startedOwn: 1, leftToSweeper: 1 });
});

test('five failures in a row open the breaker for five seconds, one success closes it', () => {
  const breaker = createBreaker();
  for (let failure = 0; failure < 4; failure += 1) breaker.failed(1_000);
  expect(breaker.isOpen(1_000)).toBe(false);
  breaker.failed(1_000);
  expect(breaker.isOpen(5_999)).toBe(true);
  expect(breaker.isOpen(6_000)).toBe(false);
  breaker.failed(6_000);
  expect(breaker.isOpen(10_999)).toBe(true);
  breaker.succeeded();
  expect(breaker.isOpen(10_999)).toBe(false);
  for (let failure = 0; failure < 4; failure += 1) breaker.failed(11_000);
  expect(breaker.isOpen(11_000)).toBe(false);
});
