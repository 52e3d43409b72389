import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { orgIdPattern } from '#domain/ids';
import { workflowBundle } from '#temporal/bundle';
import { billingWorkerOptions, createBillingPools } from '#temporal/billing-worker';
import { eventWorkflowId, fairnessKey, workflowIdLengthMax } from '#temporal/ids';
import { sdkLogger } from '#temporal/runtime';
import { createApplyPools, eventWorkerOptions } from '#temporal/worker';
import { randomEventId } from '../support/events.ts';
import { silent } from './engine-site.ts';

const bundleBytesMax = 2_000_000;

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

function readLockfile(): Lockfile {
  return JSON.parse(readFileSync('package-lock.json', 'utf8'));
}

test('the workflow bundle is small and has no validation library, database driver, logger or native part in it', async () => {
  const path = await workflowBundle(sdkLogger(silent));
  expect(statSync(path).size).toBeLessThan(bundleBytesMax);
  const modules = [...readFileSync(path, 'utf8').matchAll(/"\.\/node_modules\/((?:@[^/"]+\/)?[^/"]+)/g)].map(
    ([, name]) => name,
  );
  expect(new Set(modules)).toEqual(new Set(['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc']));
});

test('the bundle is made once for the same sources', async () => {
  expect(await workflowBundle(sdkLogger(silent))).toBe(await workflowBundle(sdkLogger(silent)));
});

test('all packages of Temporal are locked at one version, and declared without a range', () => {
  const { packages } = readLockfile();
  const versions = Object.entries(packages)
    .filter(([path]) => /(^|\/)node_modules\/@temporalio\/[^/]+$/.test(path))
    .map(([, { version }]) => version);
  expect(versions.length).toBeGreaterThan(7);
  expect(new Set(versions).size).toBe(1);
  const declared: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const ours = Object.entries({ ...declared.dependencies, ...declared.devDependencies })
    .filter(([name]) => name.startsWith('@temporalio/'))
    .map(([, version]) => version);
  expect(new Set(ours)).toEqual(new Set([versions[0]]));
});

test('protobufjs at the root is 8, without which no history can be read from JSON', () => {
  expect(readLockfile().packages['node_modules/protobufjs']?.version).toMatch(/^8\./);
});

test('the longest id of a workflow is one that every server takes', () => {
  const tenantId = 'a'.repeat(128);
  expect(tenantId).toMatch(orgIdPattern);
  expect(eventWorkflowId({ tenantId, eventId: randomEventId() }, 32_767).length).toBeLessThanOrEqual(
    workflowIdLengthMax,
  );
});

test('a tenant whose id is too long for a fairness key has one of its own all the same', () => {
  const keys = ['a'.repeat(64), 'a'.repeat(65), 'a'.repeat(66)].map(fairnessKey);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(64);
});

test('no more attempts run at once than their pool has connections: none runs out of its time by waiting for one', () => {
  const { apply, applyPatiently } = createApplyPools('postgres://nowhere', 'guards');
  const { jobs } = createBillingPools('postgres://nowhere', 'guards');
  expect(eventWorkerOptions.maxConcurrentLocalActivityExecutions).toBeLessThanOrEqual(apply.options.max);
  expect(eventWorkerOptions.maxConcurrentActivityTaskExecutions).toBeLessThanOrEqual(applyPatiently.options.max);
  expect(billingWorkerOptions.maxConcurrentActivityTaskExecutions).toBeLessThanOrEqual(jobs.options.max);
});
