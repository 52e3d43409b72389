import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, Worker, type ReplayResult } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { workflowBundle } from '#temporal/bundle';
import { startEvent } from '#temporal/event-starts';
import { openClient } from '#temporal/client';
import { readEngineEnv } from '#temporal/env';
import { eventWorkflowId } from '#temporal/ids';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { services } from '#tests/support/services';
import { silent } from '#tests/temporal/engine-site';
import { applyAll, createStage, eventNames, historiesFolder, makeRef, type Stage } from './stage.ts';

type History = ReturnType<typeof historyFromJSON>;
type WorkflowBundle = { readonly codePath: string } | { readonly code: string };

const runsOfTwo = 60;
const runsMidway = 3;
const failedTasks = 'temporal_workflow_task_execution_failed_total{';
const names = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));

function readHistory(name: string) {
  const parsed: unknown = JSON.parse(readFileSync(join(historiesFolder, name), 'utf8'));
  return historyFromJSON(parsed);
}

async function replay(workflows: WorkflowBundle, histories = names): Promise<ReplayResult[]> {
  const given = histories.map((name) => ({ workflowId: name, history: readHistory(name) }));
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle: workflows }, given)) results.push(result);
  return results;
}

async function bundleOf(release: 'later' | 'incompatible'): Promise<string> {
  const workflowsPath = join(import.meta.dirname, release, 'index.ts');
  return (await bundleWorkflowCode({ workflowsPath, logger: sdkLogger(silent) })).code;
}

beforeAll(async () => {
  await installRuntime(silent);
});

test('every outcome and every fallback has a recorded history', () => {
  expect(names.map((name) => name.replace('.json', '')).toSorted()).toEqual([
    'command-done',
    'command-refused',
    'command-settled',
    'handle-event-applied',
    'handle-event-cancelled',
    'handle-event-defect',
    'handle-event-fallback',
    'handle-event-fallback-after-timeout',
    'handle-event-fallback-defect',
    'handle-event-rejected',
    'handle-events-applied',
    'handle-events-defect',
    'handle-events-fallback',
    'handle-events-isolated',
    'job-broken',
    'job-cancelled',
    'job-continued',
    'job-dunning-done',
    'job-invariants-done',
    'job-metrics-done',
    'job-monthly-rollup-done',
    'job-nightly-rating-done',
    'job-partial',
    'job-skipped',
    'job-slot-lost',
    'job-waited',
    'provider-event-done',
    'replay-after-trouble',
    'replay-cancelled',
    'replay-done',
    'replay-planned',
  ]);
});

test('V1 the workflows of this release replay every recorded history', async () => {
  const results = await replay({ codePath: await workflowBundle(sdkLogger(silent)) });
  expect(results).toHaveLength(names.length);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
});

test('V2 W10 two releases at once, one with a command more behind a patch: every run ends, and the later one replays what both began', async () => {
  const code = await bundleOf('later');
  const now = await createStage();
  const later = await createStage({ taskQueue: now.starter.taskQueue, code });
  const refs = Array.from({ length: runsOfTwo }, () => makeRef());
  const handles = refs.map((ref) => now.client.workflow.getHandle(eventWorkflowId(ref)));
  try {
    for (const ref of refs) await startEvent(now.starter, ref);
    const outcomes = await Promise.all(handles.map((handle) => handle.result()));
    expect(outcomes).toEqual(refs.map(({ tenantId, eventId }) => ({ tenantId, eventId, outcome: 'applied' })));
    const histories = await Promise.all(handles.map((handle) => handle.fetchHistory()));
    const isOfLater = (history: History) => historyToJSON(history).includes('core_patch');
    expect(new Set(histories.map(isOfLater))).toEqual(new Set([true, false]));
    expect(await failuresOf({ code }, histories)).toEqual([]);
    const ofNow = names.filter((name) => name.startsWith('handle-event-')).map(readHistory);
    expect(await failuresOf({ code }, ofNow)).toEqual([]);
    const sinceNow = histories.filter((history) => !isOfLater(history));
    expect(await failuresOf({ codePath: await workflowBundle(sdkLogger(silent)) }, sinceNow)).toEqual([]);
  } finally {
    await Promise.all([now.close(), later.close()]);
  }
}, 60_000);

async function failuresOf(workflows: WorkflowBundle, histories: readonly History[]) {
  const given = histories.map((history, index) => ({ workflowId: `run-${index}`, history }));
  const failures: unknown[] = [];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: workflows }, given))
    if (error) failures.push(error);
  return failures;
}

test('V1 a workflow with another order of commands is caught, as a violation of determinism and nothing else', async () => {
  const code = await bundleOf('incompatible');
  const results = await replay({ code }, ['handle-event-applied.json', 'handle-event-fallback.json']);
  expect(results).toHaveLength(2);
  for (const { error } of results) expect(error).toBeInstanceOf(DeterminismViolationError);
});

test('V1 deployed all the same it breaks no run: each stands still, its metric says why, and the release before ends it', async () => {
  const { metricsUrl } = await installRuntime(silent);
  const incompatible = await bundleOf('incompatible');
  const now = await createStage();
  const refs = Array.from({ length: runsMidway }, () => makeRef());
  const { client, close } = openClient(readEngineEnv({ TEMPORAL_ADDRESS: services().temporalAddress }));
  const handles = refs.map((ref) => client.workflow.getHandle(eventWorkflowId(ref)));
  const { taskQueue } = now.starter;
  // Trouble that passes: each run has behind it what it tried, and waits to be tried again.
  let isMended = false;
  const play = (refsOfSet: readonly EventRef[]) => {
    if (!isMended) throw ApplicationFailure.retryable('DbTransient', 'DbTransient');
    return applyAll(refsOfSet);
  };
  const failures = async () => {
    const text = await (await fetch(metricsUrl)).text();
    return text.split('\n').filter((line) => line.startsWith(failedTasks) && line.includes(`"${taskQueue}"`));
  };
  const opened: Stage[] = [now];
  const deploy = async (code?: string) => {
    await opened.pop()?.close();
    const stage = await createStage({ taskQueue, ...(code !== undefined && { code }) });
    stage.play(play);
    opened.push(stage);
  };
  now.play(play);
  try {
    for (const ref of refs) await startEvent(now.starter, ref);
    for (const ref of refs)
      await expect
        .poll(() => eventNames(client, eventWorkflowId(ref)))
        .toContain('activityTaskScheduledEventAttributes');
    await deploy(incompatible);
    isMended = true;
    await expect.poll(failures).toEqual([expect.stringMatching(/failure_reason="NonDeterminismError"/)]);
    await deploy();
    expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(
      refs.map(({ tenantId, eventId }) => ({ tenantId, eventId, outcome: 'applied' })),
    );
  } finally {
    for (const stage of opened) await stage.close();
    await close();
  }
}, 90_000);
