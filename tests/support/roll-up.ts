import type pg from 'pg';
import type { SlotAt } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { totalsPhase } from '#activities/metrics/totals-phase';

/** What the job does that brings the figures of days up to date: its phases, one after another, each over what is due. */
export async function rollUpMetrics(worker: pg.Pool, as: SlotAt): Promise<void> {
  for (const phase of [summariesPhase(worker, 'metrics', () => undefined), metricsPhase(worker), totalsPhase(worker)]) {
    const due = await phase.due(as, undefined);
    if (due.length > 0) await phase.apply(due, as);
  }
}
