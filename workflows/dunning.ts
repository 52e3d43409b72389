import { runJob, type JobOrder, type JobResult } from './run-job.ts';

/** Asks for what is unknown, collects what is due, and ends what nobody paid. */
export function dunning(order: JobOrder = {}): Promise<JobResult> {
  return runJob('dunning', order);
}
