import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import type { EventActivities } from '#activities/event-activities';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { workflowBundle } from '#temporal/bundle';
import type { EventStarter } from '#temporal/event-starts';
import { openNative } from '#temporal/connection';
import { readEngineEnv } from '#temporal/env';
import { failureInterceptor } from '#temporal/interceptors';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { services } from '../support/services.ts';
import { silent } from '#tests/temporal/engine-site';

export const historiesFolder = join(import.meta.dirname, 'histories');

/** A worker with the real workflows and an activity that the test plays, on the real server. */
export interface Stage {
  readonly client: Client;
  readonly starter: EventStarter;
  /** What the next calls of the activity do. */
  play(activity: EventActivities['applyEvents']): void;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Of another stage, to work beside it. */
  readonly taskQueue?: string;
  /** Of another release. */
  readonly code?: string;
  /** After which a workflow that does not give its turn back is stopped. */
  readonly turnMsMax?: number;
}

export async function createStage({
  taskQueue = `stage-${randomBytes(5).toString('hex')}`,
  code,
  turnMsMax = 5_000,
}: StageOptions = {}): Promise<Stage> {
  await installRuntime(silent);
  const { connection, client } = await openNative(readEngineEnv({ TEMPORAL_ADDRESS: services().temporalAddress }));
  let playing: EventActivities['applyEvents'] = applyAll;
  // The library knows this option and does not type it.
  const untyped = { isolateExecutionTimeout: turnMsMax };
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities: { applyEvents: (refs: readonly EventRef[]) => playing(refs) },
    interceptors: { activity: [failureInterceptor(silent)] },
    workflowBundle: code === undefined ? { codePath: await workflowBundle(sdkLogger(silent)) } : { code },
    reuseV8Context: true,
    ...untyped,
  });
  const running = worker.run();
  return {
    client,
    starter: { client, taskQueue, isEager: () => false },
    play(activity) {
      playing = activity;
    },
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

export async function applyAll(refs: readonly EventRef[]): Promise<EventOutcome[]> {
  return outcomesOf(refs, () => 'applied');
}

export function outcomesOf(
  refs: readonly EventRef[],
  judge: (index: number) => EventOutcome['outcome'],
): EventOutcome[] {
  return refs.map(({ tenantId, eventId }, index) => ({ tenantId, eventId, outcome: judge(index) }));
}

export function makeRef(type = 'invoice.paid', tenantId = 'acme'): EventRef {
  return { tenantId, eventId: `evt_${randomBytes(20).toString('base64url')}`, type };
}

/** Set RECORD=1 when a change of the workflows is meant: the histories of these tests are written for the replay. */
export async function keepHistory(client: Client, workflowId: string, name: string): Promise<void> {
  if (!process.env['RECORD']) return;
  mkdirSync(historiesFolder, { recursive: true });
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const told = historyToJSON(history)
    .replaceAll(resolve(import.meta.dirname, '../..'), '/app')
    .replaceAll(/\d+@[\w.-]+/g, 'recorded');
  writeFileSync(join(historiesFolder, `${name}.json`), `${told}\n`);
}

export async function eventNames(client: Client, workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map((event) => event.attributes ?? '').filter((name) => name !== '');
}

/** By which a run takes its turn among all that wait. */
export async function fairnessKeyOf(client: Client, workflowId: string): Promise<string | undefined> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events?.[0]?.workflowExecutionStartedEventAttributes?.priority?.fairnessKey ?? undefined;
}

/** The failure that ended the run. */
export async function failureOf(client: Client, workflowId: string): Promise<unknown> {
  try {
    await client.workflow.getHandle(workflowId).result();
  } catch (error) {
    if (error instanceof WorkflowFailedError) return rootOf(error.cause);
    throw error;
  }
  throw new Error('the run did not fail');
}

function rootOf(error: unknown): unknown {
  if (error instanceof ApplicationFailure || !(error instanceof Error) || error.cause === undefined) return error;
  return rootOf(error.cause);
}
