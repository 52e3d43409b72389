import { runJob, type JobOrder, type JobResult } from './run-job.ts';

/** Looks for what must never be, and parks only what it concerns. */
export function invariants(order: JobOrder = {}): Promise<JobResult> {
  return runJob('invariants', order);
}
