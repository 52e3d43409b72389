import { runJob, type JobOrder, type JobResult } from './run-job.ts';

/** Brings figures, summaries and alerts up to date with what was told since. */
export function metrics(order: JobOrder = {}): Promise<JobResult> {
  return runJob('metrics', order);
}
