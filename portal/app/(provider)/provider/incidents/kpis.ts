import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { unresolved } from '../../../../services/provider/incidents-list.ts';
import type { IncidentFilters } from '../../../../services/provider/incidents-list.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';

export function incidentKpis(view: ListView<IncidentFilters>, summary: IncidentsSummary): readonly Kpi[] {
  const { open, breaching, due, resolved, met, medianMs } = summary;
  const { kpis } = incidents;
  const status = unresolved.join(',');
  const ofNow = { isWindowed: false } as const;
  return [
    figureKpi(view, { id: 'open', copy: kpis.open, figure: open, changes: { status, sla: undefined }, ...ofNow }),
    figureKpi(view, {
      id: 'breaching',
      copy: kpis.breaching,
      figure: breaching,
      changes: { status, sla: 'breaching' },
      ...ofNow,
    }),
    figureKpi(view, { id: 'due', copy: kpis.due, figure: due, changes: { status, sla: 'due' }, ...ofNow }),
    {
      ...figureKpi(view, {
        id: 'met',
        copy: kpis.met,
        figure: resolved,
        changes: { status: 'resolved', sla: undefined },
        isWindowed: true,
        note: [
          incidents.ofResolved(formatCount(met), formatCount(resolved.count)),
          ...(medianMs === undefined ? [] : [incidents.median(formatDuration(medianMs))]),
        ].join(', '),
      }),
      value: formatShare(met, resolved.count),
      change: undefined,
    },
  ];
}
