import { Worker, type NativeConnection } from '@temporalio/worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createActivities } from '#activities/index';
import type { EventOutcome, VerdictGiven } from '#domain/outcomes';
import { requireMigrations } from '#prisma/missing-migration';
import { createPool, transactionCounts, type TransactionCounts } from '#prisma/pool';
import { workflowBundle } from './bundle.ts';
import type { EngineEnv } from './env.ts';
import { failureInterceptor } from './interceptors.ts';
import { sdkLogger } from './runtime.ts';

/** One connection more or less than attempts would make attempts wait, and run out of their two seconds. */
const attemptsMax = 20;
const patientAttemptsMax = 4;

export const eventWorkerOptions = {
  // The slots for eager starts. 200 tasks of 6 ms stay far below the task's 10 s.
  maxConcurrentWorkflowTaskExecutions: 200,
  maxConcurrentLocalActivityExecutions: attemptsMax,
  maxConcurrentActivityTaskExecutions: patientAttemptsMax,
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 4, maximum: 20 },
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 10 },
  // About 150 kB each; the default reads the heap's limit, not the container's.
  maxCachedWorkflows: 500,
  workflowThreadPoolSize: 1,
  reuseV8Context: true,
  // The default grace of 0 would cancel activities at every deploy; without a force time one that hangs would hang it for ever.
  shutdownGraceTime: '20s',
  shutdownForceTime: '40s',
} as const;

export interface ApplyPools {
  readonly apply: pg.Pool;
  readonly applyPatiently: pg.Pool;
}

/** Timeouts nest: pool < statement < query < attempt, so that a late attempt is over before the next begins. */
export function createApplyPools(url: string, applicationName: string): ApplyPools {
  return {
    apply: createPool({
      url,
      role: 'worker',
      max: attemptsMax,
      applicationName,
      connectTimeoutMs: 500,
      lockTimeoutMs: 1_000,
      statementTimeoutMs: 1_200,
      queryTimeoutMs: 1_500,
    }),
    applyPatiently: createPool({
      url,
      role: 'worker',
      max: patientAttemptsMax,
      applicationName: `${applicationName}-patient`,
      connectTimeoutMs: 5_000,
      lockTimeoutMs: 15_000,
      statementTimeoutMs: 18_000,
      queryTimeoutMs: 20_000,
    }),
  };
}

/** A worker for runs of events. It takes none before the database has the schema it needs. */
export async function createEventWorker(
  connection: NativeConnection,
  env: EngineEnv,
  resources: ApplyPools & {
    readonly log: Logger;
    readonly onDecided: (outcomes: readonly EventOutcome[]) => void;
    readonly onVerdicts: (given: readonly VerdictGiven[]) => void;
  },
): Promise<Worker> {
  await requireMigrations(resources.apply);
  return Worker.create({
    connection,
    namespace: env.namespace,
    taskQueue: env.taskQueue,
    activities: createActivities(resources),
    interceptors: { activity: [failureInterceptor(resources.log)] },
    workflowBundle: { codePath: await workflowBundle(sdkLogger(resources.log)) },
    ...eventWorkerOptions,
  });
}

/** What the transactions of all these pools met that nobody else sees. */
export function countTransactions(pools: readonly pg.Pool[]): TransactionCounts {
  const counts = { unknownOutcomes: 0, lateStatementsRefused: 0 };
  for (const pool of new Set(pools)) {
    const { unknownOutcomes, lateStatementsRefused } = transactionCounts(pool);
    counts.unknownOutcomes += unknownOutcomes;
    counts.lateStatementsRefused += lateStatementsRefused;
  }
  return counts;
}
