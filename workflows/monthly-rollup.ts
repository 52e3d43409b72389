import { runJob, type JobOrder, type JobResult } from './run-job.ts';

/** Closes the months whose grace is over, and brings summaries and metrics up to date. */
export function monthlyRollup(order: JobOrder = {}): Promise<JobResult> {
  return runJob('monthly-rollup', order);
}
