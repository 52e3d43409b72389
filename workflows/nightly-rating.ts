import { runJob, type JobOrder, type JobResult } from './run-job.ts';

/** What usage, subscriptions, add-ons, AI and leads come to, as lines of the drafts. */
export function nightlyRating(order: JobOrder = {}): Promise<JobResult> {
  return runJob('nightly-rating', order);
}
