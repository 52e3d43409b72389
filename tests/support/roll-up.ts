import type pg from 'pg';
import type { SlotAt } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { totalsPhase } from '#activities/metrics/totals-phase';

/** What the job does that brings the figures of days up to date: its phases, one after another, each over what is due. */
export async function rollUpMetrics(worker: pg.Pool, as: SlotAt): Promise<void> {
  for (const phase of [
    summariesPhase(worker, 'metrics', () => undefined),
    metricsPhase(worker),
    totalsPhase(worker, () => as.at),
  ]) {
    const due = await phase.due(as, undefined);
    if (due.length > 0) await phase.apply(due, as);
  }
}

/** What the job makes of movements of MRR that no event stands behind. */
export async function rollUpMovements(db: pg.Pool): Promise<void> {
  await db.query(
    'insert into mrr_month select m.* from (select array_agg(id) as ids from org) o, mrr_months_of(o.ids) m',
  );
  await db.query(
    "insert into metric_mark (org_id, topic, day) select distinct '_provider', 'all:mrr', month from mrr_month",
  );
  await db.query("select total_all_orgs('2026-11-24T14:00Z', 1000)");
}
