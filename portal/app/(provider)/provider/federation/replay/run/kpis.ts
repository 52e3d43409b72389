import type { KpiCopy } from '../../../../../../components/list/figure-kpi.ts';
import type { Kpi } from '../../../../../../components/kpi/kpi.ts';
import type { ListView } from '../../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../../format/numbers.ts';
import { listHref } from '../../../../../../lists/list-href.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import type { ReplayItemFilters, ReplayState } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayRun } from '../../../../../../services/provider/federation-replay.service.ts';

export function replayKpis({ path }: Pick<ListView<ReplayItemFilters>, 'path'>, run: ReplayRun): readonly Kpi[] {
  const cell = (id: string, copy: KpiCopy, states: readonly ReplayState[], note = ''): Kpi => {
    const count = states.reduce((sum, state) => sum + (run.counts[state] ?? 0), 0);
    const params = new URLSearchParams({ run: run.id, state: states.join(',') });
    return { id, ...copy, value: formatCount(count), count, note, href: listHref(path, params) };
  };
  const { kpis, states } = replays;
  const waiting = run.counts.ordered ?? 0;
  const noted = (count: number, label: string) => (count > 0 ? `${formatCount(count)} ${label.toLowerCase()}` : '');
  return [
    cell('toReplay', kpis.toReplay, ['chosen', 'eligible'], noted(waiting, states.ordered)),
    cell('applied', kpis.applied, ['applied']),
    cell('rejected', kpis.rejected, ['rejected']),
    cell(
      'left',
      kpis.left,
      ['already_applied', 'skipped'],
      noted(run.counts.already_applied ?? 0, states.already_applied),
    ),
  ];
}
