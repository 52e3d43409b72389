import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, Worker, type ReplayResult } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, test } from 'vitest';
import { workflowBundle } from '#temporal/bundle';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { silent } from '#tests/temporal/engine-site';
import { historiesFolder } from './stage.ts';

const names = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));

function readHistory(name: string) {
  const parsed: unknown = JSON.parse(readFileSync(join(historiesFolder, name), 'utf8'));
  return historyFromJSON(parsed);
}

async function replay(
  codePath: { readonly codePath: string } | { readonly code: string },
  histories = names,
): Promise<ReplayResult[]> {
  const given = histories.map((name) => ({ workflowId: name, history: readHistory(name) }));
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle: codePath }, given)) results.push(result);
  return results;
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

test('V1 V2 W10 the workflows of this release replay every recorded history', async () => {
  const results = await replay({ codePath: await workflowBundle(sdkLogger(silent)) });
  expect(results).toHaveLength(names.length);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
});

test('V1 a workflow with another order of commands is caught, as a violation of determinism and nothing else', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'incompatible', 'index.ts'),
    logger: sdkLogger(silent),
  });
  const results = await replay({ code }, ['handle-event-applied.json', 'handle-event-fallback.json']);
  expect(results).toHaveLength(2);
  for (const { error } of results) expect(error).toBeInstanceOf(DeterminismViolationError);
});
