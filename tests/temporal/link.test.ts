import type { Worker } from '@temporalio/worker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEngineEnv } from '#temporal/env';
import { createLink, type Link } from '#temporal/link';
import { installRuntime } from '#temporal/runtime';
import { createEventWorker } from '#temporal/worker';
import { createSite, silent, type EngineSite } from './engine-site.ts';

let site: EngineSite;
let link: Link | undefined;

beforeEach(async () => {
  site = await createSite();
});

afterEach(async () => {
  await link?.close();
  await site.close();
});

function open(failures: number) {
  const env = readEngineEnv({ TEMPORAL_ADDRESS: site.address, EVENT_TASK_QUEUE: site.taskQueue });
  const workers: Worker[] = [];
  let calls = 0;
  link = createLink({
    env,
    log: silent,
    workerName: 'event worker',
    ready: installRuntime(silent),
    createWorker: async (connection) => {
      calls += 1;
      if (calls <= failures) throw new Error('no bundle');
      const worker = await createEventWorker(connection, env, {
        ...site.pools,
        log: silent,
        onDecided: () => undefined,
        onVerdicts: () => undefined,
      });
      workers.push(worker);
      return worker;
    },
  });
  return { link, workers, calls: () => calls };
}

test('an embedded worker that cannot be made is tried again, and meanwhile starts go plain', async () => {
  const { link: opened, calls } = open(2);
  await expect.poll(() => opened.starter()?.isEager()).toBe(false);
  await expect.poll(() => opened.isWorkerRunning(), { timeout: 15_000 }).toBe(true);
  expect(calls()).toBe(3);
  expect(opened.starter()?.isEager()).toBe(true);
});

test('an embedded worker that ends is made again', async () => {
  const { link: opened, workers } = open(0);
  await expect.poll(() => opened.isWorkerRunning(), { timeout: 15_000 }).toBe(true);
  workers[0]?.shutdown();
  expect(opened.starter()?.isEager()).toBe(false);
  await expect.poll(() => workers.length, { timeout: 15_000 }).toBe(2);
  await expect.poll(() => opened.isWorkerRunning(), { timeout: 15_000 }).toBe(true);
});

test('closing while connecting, or while a worker is being made, ends in peace', async () => {
  const { link: opened } = open(0);
  await opened.close();
  const second = open(1_000);
  await expect.poll(() => second.calls(), { timeout: 15_000 }).toBeGreaterThan(0);
  await second.link.close();
  link = undefined;
});
