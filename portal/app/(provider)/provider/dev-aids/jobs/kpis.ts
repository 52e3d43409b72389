import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../../format/numbers.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { jobMetrics } from '../../../../../metrics/developer.ts';
import { metricHref } from '../../../../../metrics/metric.ts';
import type { Metric } from '../../../../../metrics/metric.ts';
import type { JobFilters } from '../../../../../services/provider/jobs-list.ts';
import type { JobsSummary } from '../../../../../services/provider/jobs.service.ts';

export function jobKpis(view: ListView<JobFilters>, summary: JobsSummary): readonly Kpi[] {
  const { slots, notDone, partial, failedOrgs, running } = summary;
  const cell = (metric: Metric, figure: number, note = '', count = figure): Kpi => ({
    metric,
    value: formatCount(figure),
    count,
    note,
    href: metricHref(metric, view),
  });
  return [
    cell(jobMetrics.slots, slots),
    cell(jobMetrics.notDone, notDone, jobs.ofSlots(formatShare(notDone, slots))),
    cell(jobMetrics.failedOrgs, failedOrgs, jobs.inSlots(formatCount(partial)), partial),
    cell(jobMetrics.running, running),
  ];
}
