import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type pg from 'pg';
import type { bulkReplay, planReplay } from '#workflows/replay';
import { replayWorkflowId } from './ids.ts';

/** What starts runs of replays: on the queue of the jobs. */
export interface ReplayStarter {
  readonly client: Client;
  readonly taskQueue: string;
}

export type ReplayStage = 'plan' | 'run';

const startTimeoutMs = 2_000;

/**
 * Starts the plan of a replay, or the replay itself, which knows only its id. Key: the workflow id; one that goes on already is success, and one
 * that failed or was stopped begins again where its rows stand.
 */
export async function startReplay(
  { client, taskQueue }: ReplayStarter,
  runId: string,
  stage: ReplayStage,
): Promise<void> {
  try {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<typeof planReplay | typeof bulkReplay>(stage === 'plan' ? 'planReplay' : 'bulkReplay', {
        taskQueue,
        workflowId: replayWorkflowId(runId, stage),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'FAIL',
        args: [{ runId }],
        staticSummary: stage === 'plan' ? 'the plan of a replay; it may run again' : 'a replay; it may run again',
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Starts what a wiped engine lost: runs that are open and that nobody has touched for a while. Returns how many there were. */
export async function resumeReplays(starter: ReplayStarter, db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ id: string; status: string }>(
    `select id, status from replay_run where status in ('planning', 'running') and touched_at < now() - interval '1 minute' order by id limit 100`,
  );
  for (const { id, status } of rows) await startReplay(starter, id, status === 'planning' ? 'plan' : 'run');
  return rows.length;
}
