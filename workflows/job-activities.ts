import { proxyActivities } from '@temporalio/workflow';
import type { JobActivities } from '#activities/jobs/job-activities';

// No limit of attempts anywhere: what jobs do may be repeated, and trouble with the database ends some time.
const retry = { initialInterval: '1s', maximumInterval: '1m' } as const;

export const { openSlot, closeSlot } = proxyActivities<JobActivities>({ startToCloseTimeout: '30s', retry });

/** Reads all that is due. */
export const { planPages } = proxyActivities<JobActivities>({ startToCloseTimeout: '2m', retry });

/** Ends with its page, not at once, when the job is cancelled: then nothing of it is under way any more. */
export const { runPage } = proxyActivities<JobActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry,
});
