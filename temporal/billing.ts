import type { Client } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { BillingEnv } from './env.ts';
import { describeError } from './failure.ts';
import { readJobMetrics } from './job-metrics.ts';
import { createLink } from './link.ts';
import { installRuntime } from './runtime.ts';
import { makeMissingSchedules } from './schedules.ts';

/** What a worker process needs to run jobs: a worker that is kept up, and schedules that are there. */
export interface Billing {
  status(): BillingStatus;
  /** How the jobs stand, as Prometheus reads it. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export interface BillingStatus {
  readonly billingWorker: 'running' | 'stopped';
  /** The last look found every schedule, or made it. */
  readonly hasSchedules: boolean;
}

export interface BillingOptions {
  readonly env: BillingEnv;
  readonly log: Logger;
  /** Reads how the jobs stand, of all tenants. */
  readonly verifier: pg.Pool;
  readonly createWorker: (connection: NativeConnection) => Promise<Worker>;
  /** Starts again what an engine that was wiped has lost. */
  readonly resume: (client: Client) => Promise<number>;
}

const lookEveryMs = 10 * 60_000;

/** Returns at once and connects in the background. */
export function createBilling({ env, log, verifier, createWorker, resume }: BillingOptions): Billing {
  let hasSchedules = false;
  const look = async (client: Client) => {
    hasSchedules = false;
    const changes = await makeMissingSchedules(client, env.taskQueue);
    hasSchedules = true;
    const made = Object.entries(changes).flatMap(([job, change]) => (change === 'made' ? [job] : []));
    if (made.length > 0) log.warn({ made }, 'schedules were missing and are made');
    const resumed = await resume(client);
    if (resumed > 0) log.warn({ resumed }, 'replays stood still and are started again');
  };
  const link = createLink({
    env,
    log,
    workerName: 'billing worker',
    ready: installRuntime(log),
    createWorker,
    onConnected: look,
  });
  const timer = setInterval(() => {
    const client = link.starter()?.client;
    if (!client) return;
    look(client).catch((error: unknown) =>
      log.warn({ ...describeError(error), says: String(error) }, 'schedules and replays not checked'),
    );
  }, lookEveryMs);

  return {
    status: () => ({ billingWorker: link.isWorkerRunning() ? 'running' : 'stopped', hasSchedules }),
    metrics: async () => {
      const running = `# HELP billing_worker_running The worker of jobs of this process runs\n# TYPE billing_worker_running gauge\nbilling_worker_running ${Number(link.isWorkerRunning())}\n`;
      return running + (await readJobMetrics(verifier));
    },
    async close() {
      clearInterval(timer);
      await link.close();
    },
  };
}
