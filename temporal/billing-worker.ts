import { Worker, type NativeConnection } from '@temporalio/worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createJobActivities } from '#activities/jobs/create-job-activities';
import type { JobPhase } from '#activities/jobs/job-phase';
import type { JobName } from '#domain/jobs';
import { areEventsUnderWay } from '#prisma/events-under-way';
import { requireMigrations } from '#prisma/missing-migration';
import { createPool } from '#prisma/pool';
import { workflowBundle } from './bundle.ts';
import type { BillingEnv } from './env.ts';
import { failureInterceptor } from './interceptors.ts';
import { sdkLogger } from './runtime.ts';

/** Pages and other activities at once; not more than the pool has connections, or they would wait for one. */
const activitiesMax = 8;

export const billingWorkerOptions = {
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: activitiesMax,
  maxConcurrentActivityTaskExecutions: activitiesMax,
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 5 },
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 5 },
  maxCachedWorkflows: 50,
  workflowThreadPoolSize: 1,
  reuseV8Context: true,
  // Otherwise a page says how far it is, and hears that it is cancelled, at 80 % of its timeout: every 24 s.
  maxHeartbeatThrottleInterval: '5s',
  shutdownGraceTime: '20s',
  shutdownForceTime: '40s',
} as const;

export interface BillingPools {
  readonly jobs: pg.Pool;
  /** Reads all tenants and writes nothing. */
  readonly verifier: pg.Pool;
}

/** Patient: a set of orgs may take a minute; lock < statement < query, and all of them below a page's ten minutes. */
export function createBillingPools(url: string, applicationName: string): BillingPools {
  return {
    jobs: createPool({
      url,
      role: 'worker',
      // Beside each activity a sign of life now and then.
      max: activitiesMax + 2,
      applicationName: `${applicationName}-jobs`,
      connectTimeoutMs: 5_000,
      lockTimeoutMs: 15_000,
      statementTimeoutMs: 60_000,
      queryTimeoutMs: 65_000,
    }),
    verifier: createPool({
      url,
      role: 'verifier',
      // The pages of the invariants that run beside each other, and whoever reads the metrics.
      max: 5,
      applicationName: `${applicationName}-verifier`,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 590_000,
      queryTimeoutMs: 595_000,
    }),
  };
}

/** A worker for jobs. It takes none before the database has the schema they need. */
export async function createBillingWorker(
  connection: NativeConnection,
  env: BillingEnv,
  { jobs: db, log }: BillingPools & { readonly log: Logger },
  jobs: Readonly<Record<JobName, readonly JobPhase[]>>,
  /** What workflows of the queue ask for beside jobs. */
  more: object = {},
): Promise<Worker> {
  await requireMigrations(db);
  return Worker.create({
    connection,
    namespace: env.namespace,
    taskQueue: env.taskQueue,
    activities: { ...createJobActivities({ db, jobs, areEventsUnderWay: () => areEventsUnderWay(db), log }), ...more },
    interceptors: { activity: [failureInterceptor(log)] },
    workflowBundle: { codePath: await workflowBundle(sdkLogger(log)) },
    ...billingWorkerOptions,
  });
}
