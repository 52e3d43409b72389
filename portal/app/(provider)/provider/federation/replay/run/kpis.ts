import type { Kpi } from '../../../../../../components/kpi/kpi.ts';
import type { ListView } from '../../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import { metricHref } from '../../../../../../metrics/metric.ts';
import type { Metric } from '../../../../../../metrics/metric.ts';
import { replayMetrics } from '../../../../../../metrics/replays.ts';
import type { ReplayItemFilters } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayRun } from '../../../../../../services/provider/federation-replay.service.ts';

export function replayKpis(view: ListView<ReplayItemFilters>, run: ReplayRun): readonly Kpi[] {
  const { counts } = run;
  const cell = (metric: Metric, count: number, note = ''): Kpi => ({
    metric,
    value: formatCount(count),
    count,
    note,
    href: metricHref(metric, view),
  });
  const { states } = replays;
  const noted = (count: number, label: string) => (count > 0 ? `${formatCount(count)} ${label.toLowerCase()}` : '');
  const of = (...own: readonly (keyof typeof counts)[]) => own.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return [
    cell(replayMetrics.toReplay, of('chosen', 'eligible'), noted(of('ordered'), states.ordered)),
    cell(replayMetrics.applied, of('applied')),
    cell(replayMetrics.rejected, of('rejected')),
    cell(replayMetrics.left, of('already_applied', 'skipped'), noted(of('already_applied'), states.already_applied)),
  ];
}
