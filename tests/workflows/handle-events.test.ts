import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEvents } from '#temporal/event-starts';
import { sharedWorkflowId, createBootId } from '#temporal/ids';
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
const bootId = createBootId();
let number = 0;

beforeAll(async () => {
  stage = await createStage();
});

afterAll(async () => {
  await stage.close();
});

async function run(refs = [makeRef(), makeRef('lead.created'), makeRef('lead.created', 'globex')]): Promise<string> {
  number += 1;
  const workflowId = sharedWorkflowId(bootId, number);
  await startEvents(stage.starter, refs, workflowId);
  return workflowId;
}

async function describe(workflowId: string) {
  const description = await stage.client.workflow.getHandle(workflowId).describe();
  const attributes = description.typedSearchAttributes.getAll();
  return {
    summary: await description.staticSummary(),
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key.name, value])),
  };
}

test('a set is one run with one local activity, and says how many events of how many tenants', async () => {
  stage.play(applyAll);
  const workflowId = await run();
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toEqual({
    applied: 3,
    rejected: 0,
    isolated: 0,
    unknown: 0,
  });
  expect(await describe(workflowId)).toMatchObject({
    summary: '3 events of 2 tenants',
    attributes: { Outcome: 'applied' },
  });
  expect(await fairnessKeyOf(stage.client, workflowId)).toBe(workflowId);
  expect(await eventNames(stage.client, workflowId)).toHaveLength(7);
  await keepHistory(stage.client, workflowId, 'handle-events-applied');
});

test('what all events of a set share can be searched for', async () => {
  stage.play(applyAll);
  const workflowId = await run([makeRef('ai.used'), makeRef('ai.used')]);
  await stage.client.workflow.getHandle(workflowId).result();
  const { attributes } = await describe(workflowId);
  expect(attributes).toMatchObject({ TenantId: 'acme', EventType: 'ai.used', Stream: 'ai', Outcome: 'applied' });
  expect(attributes).not.toHaveProperty('EventId');
  expect(await fairnessKeyOf(stage.client, workflowId)).toBe('acme');
});

test.each([
  { outcomes: ['rejected', 'rejected', 'rejected'], outcome: 'rejected' },
  { outcomes: ['applied', 'rejected', 'applied'], outcome: 'partial' },
  { outcomes: ['applied', 'isolated', 'applied'], outcome: 'partial' },
] as const)('a set of $outcomes completes as $outcome', async ({ outcomes, outcome }) => {
  stage.play(async (refs) => outcomesOf(refs, (index) => outcomes[index] ?? 'applied'));
  const workflowId = await run();
  await stage.client.workflow.getHandle(workflowId).result();
  expect((await describe(workflowId)).attributes).toMatchObject({ Outcome: outcome });
  if (outcomes[1] === 'isolated') await keepHistory(stage.client, workflowId, 'handle-events-isolated');
});

test('trouble with the database makes the set a visible activity', async () => {
  let calls = 0;
  stage.play(async (refs) => {
    calls += 1;
    if (calls <= 3) throw Object.assign(new Error('x'), { code: '53300' });
    return applyAll(refs);
  });
  const workflowId = await run();
  await expect(stage.client.workflow.getHandle(workflowId).result()).resolves.toMatchObject({ applied: 3 });
  expect(await eventNames(stage.client, workflowId)).toContain('activityTaskCompletedEventAttributes');
  await keepHistory(stage.client, workflowId, 'handle-events-fallback');
});

test('a defect of the set itself fails the run; its events are still accepted', async () => {
  stage.play(async () => {
    throw Object.assign(new Error('x'), { code: '42883' });
  });
  const workflowId = await run();
  expect(await failureOf(stage.client, workflowId)).toMatchObject({ type: 'SchemaMismatch' });
  await keepHistory(stage.client, workflowId, 'handle-events-defect');
});

test('control 96 T7: 500 references and their outcomes stay far below the limits of a history', async () => {
  stage.play(applyAll);
  const workflowId = await run(
    Array.from({ length: 500 }, () => makeRef('subscription.created', 'a-tenant-with-quite-a-long-name')),
  );
  await stage.client.workflow.getHandle(workflowId).result();
  const { historySize } = await stage.client.workflow.getHandle(workflowId).describe();
  expect(historySize).toBeLessThan(200_000);
});
