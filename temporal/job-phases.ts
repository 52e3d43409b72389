import type { JobPhase } from '#activities/jobs/job-phase';
import type { JobName } from '#domain/jobs';
import type { BillingPools } from './billing-worker.ts';

/** What each job does, in order. */
export function createJobPhases(_pools: BillingPools): Readonly<Record<JobName, readonly JobPhase[]>> {
  return {
    'nightly-rating': [],
    dunning: [],
    'monthly-rollup': [],
    invariants: [],
  };
}
