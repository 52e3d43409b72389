import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { readRun } from '#temporal/commands';
import { startEvent } from '#temporal/event-starts';
import { eventWorkflowId } from '#temporal/ids';
import { sdkLogger } from '#temporal/runtime';
import { silent } from '#tests/temporal/engine-site';
import {
  applyAll,
  createStage,
  eventNames,
  fairnessKeyOf,
  failureOf,
  keepHistory,
  makeRef,
  outcomesOf,
  type Stage,
} from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await createStage();
});

afterAll(async () => {
  await stage.close();
});

async function run(ref: EventRef): Promise<string> {
  await startEvent(stage.starter, ref);
  return eventWorkflowId(ref);
}

async function attributesOf(workflowId: string) {
  const { typedSearchAttributes } = await stage.client.workflow.getHandle(workflowId).describe();
  return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
}

test('an applied event is a completed run with one local activity and its Outcome', async () => {
  stage.play(applyAll);
  const ref = makeRef();
  const workflowId = await run(ref);
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toEqual({
    tenantId: 'acme',
    eventId: ref.eventId,
    outcome: 'applied',
  });
  expect(await attributesOf(workflowId)).toMatchObject({
    TenantId: 'acme',
    EventType: 'invoice.paid',
    EventId: ref.eventId,
    Stream: 'invoices',
    Outcome: 'applied',
  });
  const description = await stage.client.workflow.getHandle(workflowId).describe();
  expect(await description.staticSummary()).toBe('invoice.paid acme');
  expect(await fairnessKeyOf(stage.client, workflowId)).toBe('acme');
  expect(await eventNames(stage.client, workflowId)).toEqual([
    'workflowExecutionStartedEventAttributes',
    'workflowTaskScheduledEventAttributes',
    'workflowTaskStartedEventAttributes',
    'workflowTaskCompletedEventAttributes',
    'markerRecordedEventAttributes',
    'upsertWorkflowSearchAttributesEventAttributes',
    'workflowExecutionCompletedEventAttributes',
  ]);
  await keepHistory(stage.client, workflowId, 'handle-event-applied');
});

test('a rejected event is a completed run: refusing is a result', async () => {
  stage.play(async (refs) => outcomesOf(refs, () => 'rejected'));
  const workflowId = await run(makeRef());
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ outcome: 'rejected' });
  expect(await attributesOf(workflowId)).toMatchObject({ Outcome: 'rejected' });
  await keepHistory(stage.client, workflowId, 'handle-event-rejected');
});

test('trouble with the database is tried three times in the task, then as a visible activity until it ends', async () => {
  let calls = 0;
  stage.play(async (refs) => {
    calls += 1;
    if (calls <= 4) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    return applyAll(refs);
  });
  const workflowId = await run(makeRef());
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ outcome: 'applied' });
  expect(calls).toBe(5);
  expect(await eventNames(stage.client, workflowId)).toContain('activityTaskScheduledEventAttributes');
  await keepHistory(stage.client, workflowId, 'handle-event-fallback');
});

test('W8: a local attempt that hangs is given up after two seconds and the visible activity takes over', async () => {
  let calls = 0;
  stage.play(async (refs) => {
    calls += 1;
    if (calls <= 3) await sleep(3_000);
    return applyAll(refs);
  });
  const workflowId = await run(makeRef());
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ outcome: 'applied' });
  expect(await eventNames(stage.client, workflowId)).toContain('activityTaskCompletedEventAttributes');
  await keepHistory(stage.client, workflowId, 'handle-event-fallback-after-timeout');
}, 40_000);

test('W8: a workflow that never gives its turn back is stopped, others go on beside it, and a worker that is mended ends it', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'endless', 'index.ts'),
    logger: sdkLogger(silent),
  });
  const broken = await createStage({ code, turnMsMax: 500 });
  const [endless, other] = [makeRef('invoice.paid', 'endless'), makeRef()];
  const outcomeOf = (ref: EventRef) => broken.client.workflow.getHandle(eventWorkflowId(ref)).result();
  try {
    await startEvent(broken.starter, endless);
    const stopped = 'workflowTaskFailedEventAttributes';
    const told = () => eventNames(broken.client, eventWorkflowId(endless));
    await expect.poll(told).toContain(stopped);
    await startEvent(broken.starter, other);
    expect(await outcomeOf(other)).toMatchObject({ outcome: 'applied' });
  } finally {
    await broken.close();
  }
  const mended = await createStage({ taskQueue: broken.starter.taskQueue });
  expect(await mended.client.workflow.getHandle(eventWorkflowId(endless)).result()).toMatchObject({
    outcome: 'applied',
  });
  await mended.close();
}, 60_000);

test('a defect fails the run at once, under its name and without what the database said', async () => {
  let calls = 0;
  stage.play(async () => {
    calls += 1;
    throw Object.assign(new Error('Key (email)=(ada@example.com) is not present'), {
      code: '23503',
      table: 'lead',
      constraint: 'lead_org_fkey',
      detail: 'Key (email)=(ada@example.com)',
    });
  });
  const workflowId = await run(makeRef());
  expect(await failureOf(stage.client, workflowId)).toMatchObject({
    type: 'ForeignKey',
    message: 'ForeignKey 23503 lead.lead_org_fkey',
    nonRetryable: true,
  });
  expect(calls).toBe(1);
  expect(await readRun(stage.client, workflowId)).toBe('failed');
  const history = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  expect(JSON.stringify(history)).not.toContain('ada@example.com');
  await keepHistory(stage.client, workflowId, 'handle-event-defect');
});

test('a defect that shows only in the visible activity fails the run too', async () => {
  let calls = 0;
  stage.play(async () => {
    calls += 1;
    throw Object.assign(new Error('x'), { code: calls <= 3 ? '08006' : '42P01' });
  });
  const workflowId = await run(makeRef());
  expect(await failureOf(stage.client, workflowId)).toMatchObject({ type: 'SchemaMismatch' });
  expect(calls).toBe(4);
  await keepHistory(stage.client, workflowId, 'handle-event-fallback-defect');
});

test('an unknown error is tried again: taken for fatal by mistake it would stop an event', async () => {
  let calls = 0;
  stage.play(async (refs) => {
    calls += 1;
    if (calls <= 4) throw new TypeError('x is not a function');
    return applyAll(refs);
  });
  const workflowId = await run(makeRef());
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ outcome: 'applied' });
});

test('cancelled while it waits for the database, a run ends canceled and its event stays accepted', async () => {
  let calls = 0;
  stage.play(async () => {
    calls += 1;
    throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  });
  const workflowId = await run(makeRef());
  await expect.poll(() => calls).toBeGreaterThan(3);
  await stage.client.workflow.getHandle(workflowId).cancel();
  expect(await failureOf(stage.client, workflowId)).toBeInstanceOf(CancelledFailure);
  expect(await readRun(stage.client, workflowId)).toBe('failed');
  await keepHistory(stage.client, workflowId, 'handle-event-cancelled');
});

test('an activity that tells nothing fails the run instead of passing for success', async () => {
  stage.play(async () => []);
  const failure = await failureOf(stage.client, await run(makeRef()));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'NoOutcome' });
});

test('starting an event whose run is there or was there is success, and starts nothing', async () => {
  let calls = 0;
  stage.play(async (refs) => {
    calls += 1;
    return applyAll(refs);
  });
  const ref = makeRef();
  const starts = await Promise.all(Array.from({ length: 50 }, () => startEvent(stage.starter, ref)));
  expect(starts.filter((started) => started !== 'already')).toHaveLength(1);
  await stage.client.workflow.getHandle(eventWorkflowId(ref)).result();
  expect(await startEvent(stage.starter, ref)).toBe('already');
  expect(calls).toBe(1);
});
