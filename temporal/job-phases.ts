import type { Logger } from 'pino';
import { dunningPhases } from '#activities/collection/dunning-phases';
import type { CollectionResources } from '#activities/collection/resources';
import { invariantsPhase } from '#activities/jobs/invariants/invariants-phase';
import type { JobPhase } from '#activities/jobs/job-phase';
import type { JobName } from '#domain/jobs';
import type { BillingPools } from './billing-worker.ts';

/** What each job does, in order. */
export function createJobPhases({
  jobs: db,
  verifier,
  log,
  providers,
  notify,
}: BillingPools & Pick<CollectionResources, 'providers' | 'notify'> & { readonly log: Logger }): Readonly<
  Record<JobName, readonly JobPhase[]>
> {
  return {
    'nightly-rating': [],
    dunning: dunningPhases(db, providers, notify),
    'monthly-rollup': [],
    metrics: [],
    invariants: [invariantsPhase({ db, verifier, log })],
  };
}
