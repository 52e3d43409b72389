import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { Worker } from '@temporalio/worker';
import type pg from 'pg';
import type { JobName } from '#domain/jobs';
import type { JobPhase } from '#activities/jobs/job-phase';
import { createBillingPools, createBillingWorker, type BillingPools } from '#temporal/billing-worker';
import { openNative } from '#temporal/connection';
import { readBillingEnv } from '#temporal/env';
import { startJob } from '#temporal/job-commands';
import { installRuntime } from '#temporal/runtime';
import { registerSearchAttributes } from '#temporal/search-attributes';
import type { JobResult } from '#workflows/run-job';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';
import { services } from '../support/services.ts';
import { silent } from './engine-site.ts';

/** A database, a queue of its own and a client; workers by `work`. Job ids are shared with the server, so jobs run in a namespace of their own. */
export interface JobSite {
  readonly databaseUrl: string;
  readonly admin: pg.Pool;
  readonly pools: BillingPools;
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly address: string;
  /** A worker of this process, closed with the site. */
  work(phases: Partial<Record<JobName, readonly JobPhase[]>>, more?: object): Promise<() => Promise<void>>;
  run(job: JobName, slot: string, isForced?: boolean): Promise<JobResult>;
  slots(job: JobName): Promise<{ slot: string; status: string; holder: string | null }[]>;
  audit(action: string): Promise<{ orgId: string; subject: string; detail: Record<string, unknown> }[]>;
  close(): Promise<void>;
}

export async function createJobSite(): Promise<JobSite> {
  const database = await createDatabase();
  const admin = openAdmin(database.url);
  const pools = createBillingPools(database.url, 'test');
  const address = services().temporalAddress;
  const namespace = await createNamespace(address);
  const connection = Connection.lazy({ address });
  const client = new Client({ connection, namespace });
  const taskQueue = `billing-${randomBytes(5).toString('hex')}`;
  const env = readBillingEnv({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    BILLING_TASK_QUEUE: taskQueue,
  });
  await installRuntime(silent);
  const stops = new Set<() => Promise<void>>();

  return {
    databaseUrl: database.url,
    admin,
    pools,
    client,
    namespace,
    taskQueue,
    address,
    async work(phases, more = {}) {
      const { connection: native } = await openNative(env);
      const worker = await createBillingWorker(native, env, { ...pools, log: silent }, allJobs(phases), more);
      const running = worker.run();
      const stop = () => stopWorker(worker, running).finally(() => native.close());
      stops.add(stop);
      return () => {
        stops.delete(stop);
        return stop();
      };
    },
    run: async (job, slot, isForced = false) =>
      (await startJob({ client, taskQueue }, job, slot, isForced)).handle.result(),
    async slots(job) {
      const sql = 'select slot, status, holder from job_slot where job = $1 order by slot';
      return (await admin.query<{ slot: string; status: string; holder: string | null }>(sql, [job])).rows;
    },
    async audit(action) {
      const sql = 'select org_id as "orgId", subject, detail from audit_log where action = $1 order by at, org_id, seq';
      return (await admin.query<{ orgId: string; subject: string; detail: Record<string, unknown> }>(sql, [action]))
        .rows;
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      await connection.close();
      await Promise.all([pools.jobs, pools.verifier, admin].map((pool) => pool.end()));
      await database.drop();
    },
  };
}

async function stopWorker(worker: Worker, running: Promise<void>) {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await running;
}

function allJobs(phases: Partial<Record<JobName, readonly JobPhase[]>>): Record<JobName, readonly JobPhase[]> {
  const of = (job: JobName) => phases[job] ?? [];
  return {
    'nightly-rating': of('nightly-rating'),
    dunning: of('dunning'),
    'monthly-rollup': of('monthly-rollup'),
    metrics: of('metrics'),
    invariants: of('invariants'),
  };
}

/** Ids of jobs and schedules are fixed, so each site has a namespace of its own. */
async function createNamespace(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const namespace = `jobs-${randomBytes(5).toString('hex')}`;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1d'),
    });
    const client = new Client({ connection, namespace });
    // The server learns of a namespace in its own time.
    for (let tries = 0; !(await registerSearchAttributes(client, namespace).catch(() => undefined)); tries += 1) {
      if (tries > 150) throw new Error('the server does not learn of the namespace');
      await sleep(200);
    }
  } finally {
    await connection.close();
  }
  return namespace;
}
