import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../../components/list/course.ts';
import { figureKpi } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { unratedMetrics } from '../../../../../metrics/usage.ts';
import { unratedReasons } from '../../../../../services/provider/usage-list.ts';
import type { UnratedFilters } from '../../../../../services/provider/usage-list.ts';
import type { UnratedSummary } from '../../../../../services/provider/unrated.service.ts';

export function unratedKpis(view: ListView<UnratedFilters>, summary: UnratedSummary): readonly Kpi[] {
  return (['all', ...unratedReasons] as const).map((id) => ({
    ...figureKpi(view, unratedMetrics[id], summary[id]),
    ...countCourse(summary.courses?.get(id), summary[id].count),
  }));
}
