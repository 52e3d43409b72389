import { timesCompared } from '../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../components/list/course.ts';
import { figureKpi, shareKpi, spanOf } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../metrics/operations.ts';
import type { IncidentFilters } from '../../../../services/provider/incidents-list.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';

/** The same on both tabs: what is open now, and how what was resolved in the range went. */
export function incidentKpis(view: ListView<IncidentFilters>, summary: IncidentsSummary): readonly Kpi[] {
  const { open, bySeverity, breaching, due, courses, resolved, met, response, resolution } = summary;
  const ofResolved = incidents.ofResolved(formatCount(met.count), formatCount(resolved.count));
  return [
    {
      ...figureKpi(view, incidentMetrics.open, open, {
        note: bySeverity
          .filter(({ count }) => count > 0)
          .map(({ severity, count }) => `${formatCount(count)} ${incidents.severities[severity].toLowerCase()}`)
          .join(', '),
      }),
      ...countCourse(courses?.byName.get('incidents.open_net'), open.count),
    },
    {
      ...figureKpi(view, incidentMetrics.breaching, breaching, { note: incidents.dueSoon(formatCount(due.count)) }),
      ...countCourse(courses?.byName.get('incidents.breaching_net'), breaching.count),
    },
    shareKpi(view, incidentMetrics.met, met, resolved, ofResolved),
    {
      ...figureKpi(view, incidentMetrics.median, resolved, {
        value: `${formatDuration(response.medianMs)} / ${formatDuration(resolution.medianMs)}`,
        note: incidents.ofCount(formatCount(resolved.count)),
      }),
      change: medianChange(view, summary),
      parts: resolution.partsMs,
    },
  ];
}

/** By the time to resolve; that to respond is told beside it. */
function medianChange(view: ListView<IncidentFilters>, { response, resolution }: IncidentsSummary): Kpi['change'] {
  const change = timesCompared(resolution.medianMs, resolution.beforeMs, spanOf(view));
  return (
    change && {
      ...change,
      previousText: `${formatDuration(response.beforeMs)} / ${formatDuration(resolution.beforeMs)}`,
    }
  );
}
