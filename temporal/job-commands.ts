import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { JobName } from '#domain/jobs';
import type { dunning, invariants, metrics, monthlyRollup, nightlyRating } from '#workflows/index';
import { jobWorkflowId } from './ids.ts';
import { jobSchedules } from './jobs.ts';

type JobWorkflow = typeof dunning & typeof invariants & typeof metrics & typeof monthlyRollup & typeof nightlyRating;

export interface StartedJob {
  readonly handle: WorkflowHandle<JobWorkflow>;
  /** A run of this slot was under way and is left alone. */
  readonly isAlready: boolean;
}

const startTimeoutMs = 5_000;

/** Starts the job for a slot. Key: the workflow id, while it runs; afterwards the slot's own row. */
export async function startJob(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  job: JobName,
  slot: string,
  isForced: boolean,
): Promise<StartedJob> {
  const workflowId = jobWorkflowId(job, slot);
  const { workflowType, note } = jobSchedules[job];
  try {
    const handle = await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<JobWorkflow>(workflowType, {
        taskQueue,
        workflowId,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        args: [{ slot, force: isForced }],
        staticSummary: note,
      }),
    );
    return { handle, isAlready: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: client.workflow.getHandle<JobWorkflow>(workflowId), isAlready: true };
  }
}

export interface JobOrder {
  readonly job: JobName;
  readonly slot: string;
  readonly action: 'job.forced' | 'job.started';
  readonly reason: string;
}

/** Why, before Temporal is called: what people write does not enter it. */
export function jobOrderEntry({ job, slot, action, reason }: JobOrder) {
  return { org_id: providerChain, action, subject: `${job}/${slot}`, detail: { reason } };
}

/** The order of an operator, in a transaction that speaks for the provider's own chain. */
export async function recordJobOrder(client: pg.ClientBase, actor: string, order: JobOrder): Promise<void> {
  const entry = { ...jobOrderEntry(order), actor_type: 'operator', actor };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}
