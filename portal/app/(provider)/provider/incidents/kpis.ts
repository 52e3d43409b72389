import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatPoints, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../metrics/operations.ts';
import type { IncidentFilters } from '../../../../services/provider/incidents-list.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';

/** The same on both tabs: what is open now, and how what was resolved in the range went. */
export function incidentKpis(view: ListView<IncidentFilters>, summary: IncidentsSummary): readonly Kpi[] {
  const { open, bySeverity, breaching, due, resolved, met, responseMs, resolutionMs } = summary;
  return [
    figureKpi(view, incidentMetrics.open, open, {
      note: bySeverity
        .filter(({ count }) => count > 0)
        .map(({ severity, count }) => `${formatCount(count)} ${incidents.severities[severity].toLowerCase()}`)
        .join(', '),
    }),
    figureKpi(view, incidentMetrics.breaching, breaching, { note: incidents.dueSoon(formatCount(due.count)) }),
    figureKpi(view, incidentMetrics.met, resolved, {
      value: formatShare(met, resolved.count),
      note: [incidents.ofResolved(formatCount(met), formatCount(resolved.count)), ...changeOf(summary)].join(', '),
    }),
    figureKpi(view, incidentMetrics.median, resolved, {
      value: `${formatDuration(responseMs)} / ${formatDuration(resolutionMs)}`,
      note: incidents.ofCount(formatCount(resolved.count)),
    }),
  ];
}

/** Percentage points against the window before. */
function changeOf({ resolved, met, metBefore }: IncidentsSummary): readonly string[] {
  if (resolved.count === 0 || resolved.previous === 0) return [];
  const points = (met / resolved.count - metBefore / resolved.previous) * 100;
  return [incidents.points(formatPoints(points))];
}
