import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { EventStarter } from './event-starts.ts';
import { openNative } from './connection.ts';
import { describeError } from './failure.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import type { TemporalEnv } from './env.ts';

/** The way to the server, kept up in the background: a connection, and the worker that shares it. */
export interface Link {
  /** Undefined until the server has been reached once. */
  starter(): EventStarter | undefined;
  isWorkerRunning(): boolean;
  /** Asks the server for a sign of life; where `isDoubtful`, also gives a namespace that was wiped what it lacks. */
  checkUp(isDoubtful: boolean): Promise<void>;
  close(): Promise<void>;
}

const backoffMs = { first: 250, max: 5_000 };
const checkTimeoutMs = 1_000;

export interface LinkOptions {
  readonly env: TemporalEnv & { readonly taskQueue: string };
  readonly log: Logger;
  /** As the log calls it, such as `event worker`. */
  readonly workerName: string;
  /** Settles before the first connection is opened. */
  readonly ready: Promise<unknown>;
  /** Absent: this process starts runs and works on none. */
  readonly createWorker: ((connection: NativeConnection) => Promise<Worker>) | undefined;
  /** Once the server has been reached, before the worker runs. Its failure is logged and stops nothing. */
  readonly onConnected?: (client: Client) => Promise<void>;
}

export function createLink({ env, log, workerName, ready, createWorker, onConnected }: LinkOptions): Link {
  const closing = new AbortController();
  const { signal } = closing;
  let native: { readonly connection: NativeConnection; readonly client: Client } | undefined;
  let worker: Worker | undefined;
  const isRunning = () => worker?.getState() === 'RUNNING';

  async function connect() {
    native = await openNative(env);
    log.info({ address: env.address, namespace: env.namespace }, 'connected to Temporal');
    await prepareNamespace(native.client, env.namespace, log).catch((error: unknown) =>
      log.warn(describeError(error), 'search attributes not checked'),
    );
    await onConnected?.(native.client).catch((error: unknown) =>
      log.warn({ ...describeError(error), says: String(error) }, 'not all is prepared in Temporal'),
    );
    return native.connection;
  }

  async function work(connection: NativeConnection, create: (connection: NativeConnection) => Promise<Worker>) {
    worker = await create(connection);
    const running = worker.run();
    // One that was made while we were closing holds the connection until it has run.
    if (signal.aborted) worker.shutdown();
    log.info({ taskQueue: env.taskQueue }, `${workerName} runs`);
    await running;
  }

  async function keepUp() {
    await ready;
    const connection = await persist({ trouble: 'Temporal is away', log, signal }, connect);
    if (!connection || !createWorker) return;
    const trouble = `the ${workerName} ended`;
    while (!signal.aborted) await persist({ trouble, log, signal }, () => work(connection, createWorker));
  }

  const ended = keepUp();
  ended.catch((error: unknown) => {
    if (!signal.aborted) log.error({ ...describeError(error), says: String(error) }, 'Temporal is given up');
  });

  return {
    starter: () => native && { client: native.client, taskQueue: env.taskQueue, isEager: isRunning },
    isWorkerRunning: isRunning,
    async checkUp(isDoubtful) {
      const client = native?.client;
      if (!client) throw new Error('not connected');
      await client.withDeadline(Date.now() + checkTimeoutMs, () => client.workflowService.getSystemInfo({}));
      if (isDoubtful) await prepareNamespace(client, env.namespace, log);
    },
    async close() {
      closing.abort();
      if (isRunning()) worker?.shutdown();
      await ended.finally(() => native?.connection.close());
    },
  };
}

async function prepareNamespace(client: Client, namespace: string, log: Logger) {
  const made = await client.withDeadline(Date.now() + checkTimeoutMs, () =>
    registerSearchAttributes(client, namespace),
  );
  if (made.length > 0) log.warn({ made }, 'search attributes were missing and are made');
}

/** Again and again until it succeeds, ever slower. Undefined when the signal came first; what fails after the signal is thrown. */
async function persist<T>(
  { trouble, log, signal }: { readonly trouble: string; readonly log: Logger; readonly signal: AbortSignal },
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  for (let waitMs = backoffMs.first; !signal.aborted; waitMs = Math.min(waitMs * 2, backoffMs.max)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ ...describeError(error), says: String(error), againInMs: waitMs }, trouble);
    }
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
