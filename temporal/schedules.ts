import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';
import { jobNames, type JobName } from '#domain/jobs';
import { jobWorkflowId } from './ids.ts';
import { jobSchedules, type JobSchedule } from './jobs.ts';

export type ScheduleChange = 'made' | 'brought up to date' | 'there';

/** What the engine shall start by itself: calendars, in UTC. The server appends the nominal time to the workflow id. */
export function wantedSchedule(job: JobName, taskQueue: string): ScheduleOptions {
  const { workflowType, overlap, catchupWindow, calendar, note }: JobSchedule = jobSchedules[job];
  return {
    scheduleId: job,
    spec: { calendars: [{ ...calendar, comment: note }], timezone: 'UTC' },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: jobWorkflowId(job),
      taskQueue,
      args: [{}],
      staticSummary: note,
    },
    policies: { overlap, catchupWindow },
    state: { note },
  };
}

/** For a deployment: makes all schedules as this release wants them. A pause by an operator stays. */
export async function applySchedules(client: Client, taskQueue: string): Promise<Record<JobName, ScheduleChange>> {
  return forEachJob((job) => ensureSchedule(client, wantedSchedule(job, taskQueue)));
}

/** For a worker, whose server may have been wiped: makes those that are not there, and changes none that is. */
export async function makeMissingSchedules(
  client: Client,
  taskQueue: string,
): Promise<Record<JobName, ScheduleChange>> {
  return forEachJob(async (job) => {
    const handle = client.schedule.getHandle(job);
    if (await isThere(handle)) return 'there';
    return makeSchedule(client, wantedSchedule(job, taskQueue));
  });
}

async function ensureSchedule(client: Client, wanted: ScheduleOptions): Promise<ScheduleChange> {
  if ((await makeSchedule(client, wanted)) === 'made') return 'made';
  // The whole specification every time: what is not given would be lost. An operator's pause stays, with its note.
  await client.schedule.getHandle(wanted.scheduleId).update(({ state, policies }) => ({
    spec: wanted.spec,
    action: wanted.action,
    policies: { ...policies, ...wanted.policies },
    state: { ...state, note: state.paused ? state.note : wanted.state?.note },
  }));
  return 'brought up to date';
}

async function makeSchedule(client: Client, wanted: ScheduleOptions): Promise<ScheduleChange> {
  try {
    await client.schedule.create(wanted);
    return 'made';
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return 'there';
    throw error;
  }
}

async function isThere(handle: ScheduleHandle): Promise<boolean> {
  try {
    await handle.describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

async function forEachJob(change: (job: JobName) => Promise<ScheduleChange>) {
  const made = new Map<JobName, ScheduleChange>();
  for (const job of jobNames) made.set(job, await change(job));
  const of = (job: JobName) => made.get(job) ?? 'there';
  return {
    'nightly-rating': of('nightly-rating'),
    dunning: of('dunning'),
    'monthly-rollup': of('monthly-rollup'),
    metrics: of('metrics'),
    invariants: of('invariants'),
  };
}
