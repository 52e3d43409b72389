import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { JobPhase } from '#activities/jobs/job-phase';
import { turnsBesideEvents } from '#activities/jobs/take-turns';

const phase: JobPhase = { name: 'p', setSize: 500, due: async () => [], apply: async () => ({}) };
const pages = 4;

/** Sets of four pages that ask for a turn at once, each of which ends once no other can begin. */
async function play(areEventsUnderWay: () => Promise<boolean>, of = phase) {
  const inTurn = turnsBesideEvents(areEventsUnderWay);
  const sizes: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: pages }, () =>
      inTurn(of, async (size) => {
        sizes.push(size);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      }),
    ),
  );
  return { sizes, most };
}

test('while events come in a job leaves a core to them, and its sets are short', async () => {
  const { sizes, most } = await play(async () => true);
  expect(most).toBe(Math.min(pages, Math.max(1, availableParallelism() - 1)));
  expect(sizes).toHaveLength(pages);
  expect(Math.max(...sizes)).toBeLessThan(phase.setSize);
});

test('while none come in all pages do whole sets beside each other', async () => {
  expect(await play(async () => false)).toEqual({ sizes: Array(pages).fill(500), most: pages });
});

test('what waits for a provider takes no turns', async () => {
  expect((await play(async () => true, { ...phase, waitsForOthers: true })).most).toBe(pages);
});

test('a set that fails gives its turn to the next', async () => {
  const inTurn = turnsBesideEvents(async () => true);
  const bad = inTurn(phase, () => Promise.reject(new RangeError('x')));
  await expect(bad).rejects.toThrow(RangeError);
  let isDone = false;
  await inTurn(phase, async () => void (isDone = true));
  expect(isDone).toBe(true);
});
