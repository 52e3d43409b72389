import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import type { JobResult } from '#workflows/run-job';
import type { StartedJob } from './job-commands.ts';

/** What the SDK answers for every workflow; the details are what the job last said of itself. */
const metadataQuery = '__temporal_workflow_metadata';
const everyMs = 1_000;
const askTimeoutMs = 5_000;

/** Waits for the end of a job, and tells meanwhile how far it is. @throws Error in the words that Temporal may show */
export async function followJob({ handle }: StartedJob, tell: (progress: string) => void): Promise<JobResult> {
  let isOver = false;
  const result = handle.result().finally(() => (isOver = true));
  result.catch(() => undefined);
  let last = '';
  const ask = async () => {
    const told = await handle.client
      .withDeadline(Date.now() + askTimeoutMs, () => handle.query<{ currentDetails?: string }>(metadataQuery))
      .catch(() => undefined);
    const progress = told?.currentDetails?.split(/\s*\n/).join(' · ') ?? '';
    if (progress !== '' && progress !== last && !isOver) tell(progress);
    last = progress;
  };
  while (!isOver) {
    await Promise.race([result.catch(() => undefined), sleep(everyMs)]);
    if (!isOver) await ask();
  }
  return result.catch((error: unknown) => {
    throw new Error(reasonOf(error), { cause: error });
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof WorkflowFailedError)) return error instanceof Error ? error.message : String(error);
  const { cause } = error;
  return cause?.cause instanceof Error ? cause.cause.message : (cause?.message ?? error.message);
}
