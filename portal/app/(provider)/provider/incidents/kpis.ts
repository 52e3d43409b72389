import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatPoints, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { paths } from '../../../../paths.ts';
import type { IncidentFilters } from '../../../../services/provider/incidents-list.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';

const { kpis } = incidents;

/** The same on both tabs: what is open now, and how what was resolved in the range went. */
export function incidentKpis(view: ListView<IncidentFilters>, summary: IncidentsSummary): readonly Kpi[] {
  const { open, bySeverity, breaching, due, resolved, met, responseMs, resolutionMs } = summary;
  const now = { ...view, path: paths.incidents };
  const ended = { ...view, path: paths.incidentsResolved };
  const ofResolved = { figure: resolved, changes: { state: undefined, sla: undefined }, isWindowed: true } as const;
  return [
    figureKpi(now, {
      id: 'open',
      copy: kpis.open,
      figure: open,
      changes: { sla: undefined },
      isWindowed: false,
      note: bySeverity
        .filter(({ count }) => count > 0)
        .map(({ severity, count }) => `${formatCount(count)} ${incidents.severities[severity].toLowerCase()}`)
        .join(', '),
    }),
    figureKpi(now, {
      id: 'breaching',
      copy: kpis.breaching,
      figure: breaching,
      changes: { sla: 'breaching' },
      isWindowed: false,
      note: incidents.dueSoon(formatCount(due.count)),
    }),
    {
      ...figureKpi(ended, {
        id: 'met',
        copy: kpis.met,
        ...ofResolved,
        note: [incidents.ofResolved(formatCount(met), formatCount(resolved.count)), ...changeOf(summary)].join(', '),
      }),
      value: formatShare(met, resolved.count),
      change: undefined,
    },
    {
      ...figureKpi(ended, {
        id: 'median',
        copy: kpis.median,
        ...ofResolved,
        note: incidents.ofCount(formatCount(resolved.count)),
      }),
      value: `${formatDuration(responseMs)} / ${formatDuration(resolutionMs)}`,
      change: undefined,
      // Counts are no course of a duration.
      parts: undefined,
    },
  ];
}

/** Percentage points against the window before. */
function changeOf({ resolved, met, metBefore }: IncidentsSummary): readonly string[] {
  if (resolved.count === 0 || resolved.previous === 0) return [];
  const points = (met / resolved.count - metBefore / resolved.previous) * 100;
  return [incidents.points(formatPoints(points))];
}
