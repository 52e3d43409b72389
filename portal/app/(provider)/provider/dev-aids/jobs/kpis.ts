import { countsCompared } from '../../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi, spanOf } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../../format/numbers.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { jobMetrics } from '../../../../../metrics/developer.ts';
import type { JobFilters } from '../../../../../services/provider/jobs-list.ts';
import type { JobsSummary } from '../../../../../services/provider/jobs.service.ts';
import type { Money } from '../../../../../services/provider/money-sums.ts';

export function jobKpis(view: ListView<JobFilters>, summary: JobsSummary): readonly Kpi[] {
  const { slots, notDone, partial, running } = summary;
  const [failed, before] = [partial.sums, partial.previousSums].map(timesOf);
  return [
    figureKpi(view, jobMetrics.slots, slots),
    figureKpi(view, jobMetrics.notDone, notDone, { note: jobs.ofSlots(formatShare(notDone.count, slots.count)) }),
    {
      ...figureKpi(view, jobMetrics.failedOrgs, partial, {
        value: formatCount(failed ?? 0),
        note: jobs.inSlots(formatCount(partial.count)),
      }),
      change: countsCompared(failed ?? 0, before ?? 0, spanOf(view)),
      parts: partial.courses.get('XXX') ?? partial.parts,
    },
    figureKpi(view, jobMetrics.running, running),
  ];
}

function timesOf(sums: readonly Money[]): number {
  return Number(sums[0]?.minor ?? 0n);
}
