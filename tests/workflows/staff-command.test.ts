import { randomBytes, randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandActivities } from '#activities/commands/command-activities';
import { workflowBundle } from '#temporal/bundle';
import { openNative } from '#temporal/connection';
import { readBillingEnv } from '#temporal/env';
import { failureInterceptor } from '#temporal/interceptors';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { silent } from '#tests/temporal/engine-site';
import type { staffCommand } from '#workflows/staff-command';
import { services } from '../support/services.ts';
import { eventNames, keepHistory } from './stage.ts';

let stage: Awaited<ReturnType<typeof createCommandStage>>;

beforeAll(async () => {
  stage = await createCommandStage();
}, 60_000);

afterAll(() => stage.close());

async function createCommandStage() {
  await installRuntime(silent);
  const { connection, client } = await openNative(readBillingEnv({ TEMPORAL_ADDRESS: services().temporalAddress }));
  const taskQueue = `commands-${randomBytes(5).toString('hex')}`;
  const nothing: CommandActivities = {
    executeStaffCommand: async () => ({ status: 'done', mustSettle: false }),
    settleStaffCommand: async () => undefined,
  };
  let playing = nothing;
  const activities: CommandActivities = {
    executeStaffCommand: (name) => playing.executeStaffCommand(name),
    settleStaffCommand: (name) => playing.settleStaffCommand(name),
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
    client,
    async run(played: Partial<CommandActivities>, name: string) {
      playing = { ...nothing, ...played };
      const id = randomUUID();
      const workflowId = `command:acme:${id}`;
      const handle = await client.workflow.start<typeof staffCommand>('staffCommand', {
        taskQueue,
        workflowId,
        args: [{ orgId: 'acme', id }],
      });
      const status = await handle.result();
      await keepHistory(client, workflowId, name);
      const names = await eventNames(client, workflowId);
      return { status, activities: names.filter((event) => event === 'activityTaskCompletedEventAttributes').length };
    },
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

test('a command without a provider is one activity, and its status the outcome', async () => {
  expect(await stage.run({}, 'command-done')).toEqual({ status: 'done', activities: 1 });
});

test('a refused command asks nobody', async () => {
  const refused = async () => ({ status: 'refused', mustSettle: false }) as const;
  expect(await stage.run({ executeStaffCommand: refused }, 'command-refused')).toEqual({
    status: 'refused',
    activities: 1,
  });
});

test('the provider is asked once the command is committed, and again after trouble', async () => {
  const order: string[] = [];
  const played: CommandActivities = {
    async executeStaffCommand() {
      order.push('execute');
      return { status: 'done', mustSettle: true };
    },
    async settleStaffCommand() {
      order.push('settle');
      if (order.length === 2) throw new Error('trouble');
    },
  };
  expect(await stage.run(played, 'command-settled')).toEqual({ status: 'done', activities: 2 });
  expect(order).toEqual(['execute', 'settle', 'settle']);
});
