import type { Metadata } from 'next';
import { requireAccess } from '../../../../../../auth/current-staff.ts';
import { figures } from '../../../../../../components/list/figures.tsx';
import { valueFilter, wordFilter } from '../../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../../components/list/list-page.tsx';
import { readView } from '../../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../../format/numbers.ts';
import { listHref } from '../../../../../../lists/list-href.ts';
import { replayRuns, replays } from '../../../../../../messages/en-replays.ts';
import { paths } from '../../../../../../paths.ts';
import { replayRunsList, replayStatuses } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayStatus } from '../../../../../../services/provider/federation-replay-list.ts';
import { listReplays, summarizeReplays } from '../../../../../../services/provider/federation-replay.service.ts';
import type { ReplaysSummary } from '../../../../../../services/provider/federation-replay.service.ts';
import { FederationTabs } from '../../tabs.tsx';
import { runColumns } from '../runs.tsx';

export const metadata: Metadata = { title: replayRuns.title };

export default async function Replays({ searchParams }: PageProps<'/provider/federation/replay/runs'>) {
  const staff = await requireAccess('federation');
  const view = await readView(replayRunsList, paths.replayRuns, searchParams, '30d');
  const { q, statuses, members } = view.query.filters;
  const summary = summarizeReplays(staff);
  const [list, { members: known }, kpis] = await Promise.all([
    listReplays(staff, view.query),
    summary,
    figures(summary, replayRuns.kpis, kpisOf),
  ]);
  return (
    <ListPage
      copy={replayRuns}
      view={view}
      sortKey={replayRunsList.sortKey}
      list={list}
      kpis={kpis}
      search={q}
      filters={[
        wordFilter('status', replays.columns.status, replayStatuses, replays.statuses, statuses),
        valueFilter('by', replays.columns.orderedBy, known, members),
      ]}
      columns={runColumns}
      exportPath={paths.replayRunsExport}
      tabs={<FederationTabs current="replay" />}
    />
  );
}

function kpisOf({ counts }: ReplaysSummary) {
  const { kpis } = replayRuns;
  const cell = (id: keyof typeof kpis, statuses: readonly ReplayStatus[]) => {
    const count = statuses.reduce((sum, status) => sum + counts[status], 0);
    const href = listHref(paths.replayRuns, new URLSearchParams({ status: statuses.join(',') }));
    return { id, ...kpis[id], value: formatCount(count), count, note: '', href };
  };
  return [
    cell('underWay', ['planning', 'running']),
    cell('planned', ['planned']),
    cell('done', ['done']),
    cell('cancelled', ['cancelled']),
  ];
}
