import type { Logger } from 'pino';
import { closingPhase } from '#activities/closing/closing-phase';
import { commandsPhase } from '#activities/commands/commands-phase';
import { schedulePhase } from '#activities/commands/schedule';
import { dunningPhases } from '#activities/collection/dunning-phases';
import type { CollectionResources } from '#activities/collection/resources';
import { alertNoticesPhase } from '#activities/collection/send-alerts';
import { anchorsPhase } from '#activities/jobs/anchors/anchors-phase';
import { invariantsPhase } from '#activities/jobs/invariants/invariants-phase';
import type { JobPhase } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { totalsPhase } from '#activities/metrics/totals-phase';
import { ratingPhase } from '#activities/rating/rating-phase';
import { reconciledPhase, reconciliationPhase } from '#activities/reconciliation/reconciliation-phase';
import type { JobName } from '#domain/jobs';
import type { BillingPools } from './billing-worker.ts';

/** What each job does, in order. */
export function createJobPhases({
  jobs: db,
  verifier,
  log,
  providers,
  notify,
  anchorsFolder,
  now = Date.now,
}: BillingPools &
  Pick<CollectionResources, 'providers' | 'notify'> & {
    readonly log: Logger;
    /** Where the heads of the audit chains go, beside the database. */
    readonly anchorsFolder: string | undefined;
    /** The clock by which payments are made. */
    readonly now?: () => number;
  }): Readonly<Record<JobName, readonly JobPhase[]>> {
  const rollUps = (job: JobName) => [
    summariesPhase(db, job, (mismatches) => {
      for (const { orgId } of mismatches)
        log.error({ orgId }, 'AI credits: the stored balance is not the computed one');
    }),
    alertNoticesPhase({ db, notify }),
    metricsPhase(db),
    totalsPhase(db, Date.now),
  ];
  return {
    'nightly-rating': [ratingPhase(db), reconciliationPhase(db), reconciledPhase(db)],
    dunning: [
      commandsPhase({ db, providers, notify, now }),
      schedulePhase(db),
      ...dunningPhases(db, providers, notify, now),
    ],
    'monthly-rollup': [closingPhase(db), ...rollUps('monthly-rollup')],
    metrics: rollUps('metrics'),
    invariants: [invariantsPhase({ db, verifier, log }), anchorsPhase(verifier, anchorsFolder)],
  };
}
