import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { JobActivities } from '#activities/jobs/job-activities';
import type { JobName } from '#domain/jobs';
import { workflowBundle } from '#temporal/bundle';
import { openNative } from '#temporal/connection';
import { readBillingEnv } from '#temporal/env';
import { failureInterceptor } from '#temporal/interceptors';
import { jobSchedules } from '#temporal/jobs';
import { installRuntime, sdkLogger } from '#temporal/runtime';
import { services } from '../support/services.ts';
import { silent } from '#tests/temporal/engine-site';
import type { nightlyRating } from '#workflows/index';

/** A worker with the real workflows of jobs and activities that the test plays, on the real server. */
export interface JobStage {
  readonly client: Client;
  play(activities: Partial<JobActivities>): void;
  start(
    job: JobName,
    order?: Parameters<typeof nightlyRating>[0],
  ): Promise<WorkflowHandleWithFirstExecutionRunId<typeof nightlyRating>>;
  close(): Promise<void>;
}

/** One slot with one phase and one page. */
export const plainJob: JobActivities = {
  openSlot: async ({ slot }) => ({ verdict: 'run', slots: [slot], phases: ['rating'] }),
  planPages: async (_held, _phase, after) => ({ boundaries: after === '' ? ['z'] : [], isLast: true }),
  runPage: async () => ({ orgs: 1 }),
  closeSlot: async ({ slot }, counts, isBroken) => ({
    slot,
    outcome: isBroken ? 'failed' : (counts['failed'] ?? 0) > 0 ? 'partial' : 'done',
    counts,
  }),
};

export async function createJobStage(): Promise<JobStage> {
  await installRuntime(silent);
  const { connection, client } = await openNative(readBillingEnv({ TEMPORAL_ADDRESS: services().temporalAddress }));
  const taskQueue = `job-stage-${randomBytes(5).toString('hex')}`;
  let playing = plainJob;
  const activities: JobActivities = {
    openSlot: (...args) => playing.openSlot(...args),
    planPages: (...args) => playing.planPages(...args),
    runPage: (...args) => playing.runPage(...args),
    closeSlot: (...args) => playing.closeSlot(...args),
  };
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    interceptors: { activity: [failureInterceptor(silent)] },
    workflowBundle: { codePath: await workflowBundle(sdkLogger(silent)) },
    reuseV8Context: true,
    maxHeartbeatThrottleInterval: '1s',
  });
  const running = worker.run();
  return {
    client,
    play(wanted) {
      playing = { ...plainJob, ...wanted };
    },
    start: (job, order = { slot: '2026-11-23' }) =>
      client.workflow.start<typeof nightlyRating>(jobSchedules[job].workflowType, {
        taskQueue,
        workflowId: `job:${job}:${randomBytes(5).toString('hex')}`,
        args: [order],
      }),
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
