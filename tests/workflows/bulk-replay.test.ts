import { randomBytes, randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReplayActivities } from '#activities/replay/replay-activities';
import { workflowBundle } from '#temporal/bundle';
import { openNative } from '#temporal/connection';
import { readBillingEnv } from '#temporal/env';
import { failureInterceptor } from '#temporal/interceptors';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { silent } from '#tests/temporal/engine-site';
import type { bulkReplay } from '#workflows/replay';
import { services } from '../support/services.ts';
import { keepHistory } from './stage.ts';

let stage: Awaited<ReturnType<typeof createReplayStage>>;

beforeAll(async () => {
  stage = await createReplayStage();
}, 60_000);

afterAll(() => stage.close());

async function createReplayStage() {
  await installRuntime(silent);
  const { connection, client } = await openNative(readBillingEnv({ TEMPORAL_ADDRESS: services().temporalAddress }));
  const taskQueue = `replays-${randomBytes(5).toString('hex')}`;
  let calls: string[] = [];
  let playing: Partial<ReplayActivities> = {};
  const over = async () => ({ isOver: true });
  const noted = <A extends readonly unknown[], T>(name: string, work: (...args: A) => Promise<T>) => {
    return (...args: A) => {
      calls.push([name, ...args.slice(1)].join(' '));
      return work(...args);
    };
  };
  const activities: ReplayActivities = {
    planReplayPage: noted('plan', (run) => (playing.planReplayPage ?? over)(run)),
    replayPage: noted('page', (run) => (playing.replayPage ?? over)(run)),
    settleReplay: noted('settle', async (run) => (await playing.settleReplay?.(run)) ?? 0),
    closeReplay: noted('close', async (_run, isStopped: boolean) => (isStopped ? 'cancelled' : 'done')),
  };
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    interceptors: { activity: [failureInterceptor(silent)] },
    workflowBundle: { codePath: await workflowBundle(sdkLogger(silent)) },
    reuseV8Context: true,
  });
  const running = worker.run();
  return {
    async start(workflow: 'planReplay' | 'bulkReplay', played: Partial<ReplayActivities>) {
      calls = [];
      playing = played;
      const runId = randomUUID();
      const workflowId = `replay:${runId}`;
      const handle = await client.workflow.start<typeof bulkReplay>(workflow, {
        taskQueue,
        workflowId,
        args: [{ runId }],
      });
      return { handle, calls: () => calls, keep: (name: string) => keepHistory(client, workflowId, name) };
    },
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

/** Over after so many pages. */
function pages(count: number) {
  let left = count;
  return async () => ({ isOver: (left -= 1) < 0 });
}

test('a plan goes page by page and is closed', async () => {
  const run = await stage.start('planReplay', { planReplayPage: pages(2) });
  expect(await run.handle.result()).toBe('done');
  expect(run.calls()).toEqual(['plan', 'plan', 'plan', 'close false']);
  await run.keep('replay-planned');
});

test('a replay goes page by page, waits for the last verdicts, and is closed', async () => {
  const waiting = [2, 1, 0];
  const run = await stage.start('bulkReplay', {
    replayPage: pages(1),
    settleReplay: async () => waiting.shift() ?? 0,
  });
  expect(await run.handle.result()).toBe('done');
  expect(run.calls()).toEqual(['page', 'page', 'settle', 'settle', 'settle', 'close false']);
  const { typedSearchAttributes } = await run.handle.describe();
  expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toContainEqual(['Outcome', 'done']);
  await run.keep('replay-done');
});

test('trouble with a page is tried again', async () => {
  let isFirst = true;
  const run = await stage.start('bulkReplay', {
    replayPage: async () => {
      if (!isFirst) return { isOver: true };
      isFirst = false;
      throw new Error('trouble');
    },
  });
  expect(await run.handle.result()).toBe('done');
  await run.keep('replay-after-trouble');
});

test('one that is cancelled from outside says so in its row and ends as cancelled', async () => {
  const run = await stage.start('bulkReplay', { replayPage: async () => ({ isOver: false }) });
  await expect.poll(() => run.calls().length).toBeGreaterThan(0);
  await run.handle.cancel();
  await expect(run.handle.result()).rejects.toThrow();
  expect(run.calls().at(-1)).toBe('close true');
  expect((await run.handle.describe()).status.name).toBe('CANCELLED');
  await run.keep('replay-cancelled');
});
