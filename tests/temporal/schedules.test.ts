import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobNames, type JobName } from '#domain/jobs';
import { createBilling } from '#temporal/billing';
import { createBillingWorker } from '#temporal/billing-worker';
import { readBillingEnv } from '#temporal/env';
import { startJob } from '#temporal/job-commands';
import { applySchedules, makeMissingSchedules } from '#temporal/schedules';
import { runCommand } from '../support/run-command.ts';
import { silent } from './engine-site.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { createWork, makeIds } from './job-work.ts';

let site: JobSite;

beforeAll(async () => {
  site = await createJobSite();
}, 60_000);

afterAll(async () => {
  await site.close();
});

const scheduleOf = (job: string) => site.client.schedule.getHandle(job);

async function wipe() {
  for (const job of jobNames) await scheduleOf(job).delete();
}

test('the schedules are calendars in UTC with the overlap and the catch-up of the job, and a note', async () => {
  const made = await applySchedules(site.client, site.taskQueue);
  expect(new Set(Object.values(made))).toEqual(new Set(['made']));
  const hourMs = 3_600_000;
  const policies = {
    'nightly-rating': { overlap: 'BUFFER_ONE', catchupWindow: 12 * hourMs },
    dunning: { overlap: 'SKIP', catchupWindow: hourMs / 6 },
    'monthly-rollup': { overlap: 'BUFFER_ONE', catchupWindow: 48 * hourMs },
    metrics: { overlap: 'SKIP', catchupWindow: hourMs / 12 },
    invariants: { overlap: 'SKIP', catchupWindow: hourMs / 6 },
  } as const satisfies Record<JobName, object>;
  for (const job of jobNames) {
    expect((await scheduleOf(job).describe()).policies).toMatchObject({ ...policies[job], pauseOnFailure: false });
  }
  const rating = await scheduleOf('nightly-rating').describe();
  expect(rating.state.note).toContain('May run again');
  expect(rating.info.nextActionTimes[0]?.toISOString()).toMatch(/T02:15:00.000Z$/);
  const next = async (job: string) =>
    (await scheduleOf(job).describe()).info.nextActionTimes.map((at) => at.toISOString().slice(8, 16));
  expect((await next('dunning')).every((at) => at.endsWith(':05'))).toBe(true);
  expect((await next('invariants')).every((at) => at.endsWith(':40'))).toBe(true);
  expect((await next('metrics')).every((at) => /[05]$/.test(at))).toBe(true);
  expect((await next('monthly-rollup')).every((at) => /^0[1-7]T03:30$/.test(at))).toBe(true);
  await wipe();
});

test('a deployment brings schedules up to date and keeps the pause of an operator; a worker changes none', async () => {
  await applySchedules(site.client, site.taskQueue);
  await scheduleOf('dunning').pause('paused by ada');
  await scheduleOf('invariants').update((now) => ({ ...now, spec: { calendars: [{ hour: 1 }] } }));
  expect(new Set(Object.values(await makeMissingSchedules(site.client, 'elsewhere')))).toEqual(new Set(['there']));
  expect((await scheduleOf('invariants').describe()).info.nextActionTimes[0]?.getUTCMinutes()).toBe(0);
  const again = await applySchedules(site.client, site.taskQueue);
  expect(new Set(Object.values(again))).toEqual(new Set(['brought up to date']));
  const dunning = await scheduleOf('dunning').describe();
  expect(dunning.state).toMatchObject({ paused: true, note: 'paused by ada' });
  const { info, spec } = await scheduleOf('invariants').describe();
  expect(info.nextActionTimes[0]?.getUTCMinutes()).toBe(40);
  expect(spec.calendars).toHaveLength(1);
  await wipe();
});

test('T2 after a wipe a worker that connects makes the schedules again', async () => {
  const env = readBillingEnv({
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
  });
  const open = () =>
    createBilling({
      env,
      log: silent,
      verifier: site.pools.verifier,
      resume: async () => 0,
      createWorker: (connection) =>
        createBillingWorker(
          connection,
          env,
          { ...site.pools, log: silent },
          {
            'nightly-rating': [],
            dunning: [],
            'monthly-rollup': [],
            metrics: [],
            invariants: [],
          },
        ),
    });
  const first = open();
  await expect
    .poll(() => first.status(), { timeout: 20_000 })
    .toEqual({ billingWorker: 'running', hasSchedules: true });
  await first.close();
  await scheduleOf('dunning').pause('paused by ada');
  await scheduleOf('metrics').delete();
  const second = open();
  await expect.poll(() => second.status().hasSchedules, { timeout: 20_000 }).toBe(true);
  await second.close();
  expect((await scheduleOf('metrics').describe()).info.nextActionTimes.length).toBeGreaterThan(0);
  expect((await scheduleOf('dunning').describe()).state.paused).toBe(true);
  await wipe();
}, 60_000);

test('S1 a backfill and triggers: each slot of the past is run once, whatever is asked for again', async () => {
  const { phase, done } = await createWork(site.admin, 'backfilled', { ids: ['a', 'b'] });
  const stop = await site.work({ 'nightly-rating': [phase] });
  await applySchedules(site.client, site.taskQueue);
  const handle = scheduleOf('nightly-rating');
  const backfill = () =>
    handle.backfill({
      start: new Date('2026-05-01T00:00:00Z'),
      end: new Date('2026-05-03T23:00:00Z'),
      overlap: 'BUFFER_ALL',
    });
  const slots = ['2026-05-01', '2026-05-02', '2026-05-03'];
  await backfill();
  await expect
    .poll(async () => (await site.slots('nightly-rating')).map(({ slot, status }) => `${slot} ${status}`), {
      timeout: 30_000,
    })
    .toEqual(slots.map((slot) => `${slot} done`));
  await backfill();
  await untilIdle(handle, 6);
  expect((await done()).map(({ slot }) => slot)).toEqual(slots.flatMap((slot) => [slot, slot]));
  expect(await site.audit('job.finished')).toHaveLength(3);
  await site.admin.query('delete from job_run; delete from job_slot');
  await handle.trigger();
  await untilIdle(handle, 7);
  // Within one second the second would have the id of the first.
  await sleep(1_100);
  await handle.trigger();
  await untilIdle(handle, 8);
  expect((await site.slots('nightly-rating')).map(({ status }) => status)).toEqual(['done']);
  expect(await site.audit('job.finished')).toHaveLength(4);
  await stop();
  await wipe();
}, 90_000);

async function untilIdle(handle: ReturnType<typeof scheduleOf>, actions: number) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { info } = await handle.describe();
    if (info.numActionsTaken >= actions && info.runningActions.length === 0) return;
    await sleep(300);
  }
  throw new Error(`the schedule has not taken ${actions} actions`);
}

test('the deployment step makes them by the command', async () => {
  const env = {
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
  };
  const { code, stdout } = await runCommand('temporal/schedules-cli.ts', [], env);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toEqual(jobNames.map((job) => `${job}: made`));
  await wipe();
}, 30_000);

test('a reset run finds its slot done, or its ids: nothing is done twice', async () => {
  const { phase, done } = await createWork(site.admin, 'reset', { ids: makeIds(500), setSize: 100 });
  const stop = await site.work({ dunning: [phase] });
  const { handle } = await startJob(site, 'dunning', '2026-04-01T10', false);
  await handle.result();
  const { runId } = await handle.describe();
  const { events } = await site.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
  const tasks = (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes: task }) =>
    task && eventId ? [eventId] : [],
  );
  const resetTo = async (task: number) => {
    const workflowTaskFinishEventId = tasks[task];
    if (!workflowTaskFinishEventId) throw new Error('the run has no such task');
    const answer = await site.client.workflowService.resetWorkflowExecution({
      namespace: site.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId },
      workflowTaskFinishEventId,
      reason: 'test',
      requestId: `task ${task}`,
    });
    return site.client.workflow.getHandle(handle.workflowId, answer.runId).result();
  };
  expect(await resetTo(0)).toMatchObject({ outcome: 'skipped' });
  // From the middle of its pages on: the slot is closed, and it ends with what was stored.
  expect(await resetTo(3)).toMatchObject({ outcome: 'done', slots: [{ counts: { orgs: 500 } }] });
  expect(await done()).toHaveLength(500);
  expect((await site.audit('job.finished')).filter(({ subject }) => subject === 'dunning/2026-04-01T10')).toHaveLength(
    1,
  );
  await stop();
}, 30_000);
