import type { Metadata } from 'next';
import { requireAccess } from '../../../../../../auth/current-staff.ts';
import type { Kpi } from '../../../../../../components/kpi/kpi.ts';
import { figures } from '../../../../../../components/list/figures.tsx';
import { valueFilter, wordFilter } from '../../../../../../components/list/list-filters.ts';
import { EmptyAction } from '../../../../../../components/empty-state.tsx';
import { RowMenu } from '../../../../../../components/actions/row-menu.tsx';
import { ListPage } from '../../../../../../components/list/list-page.tsx';
import { readView } from '../../../../../../components/list/list-view.ts';
import { formatCapped, nothing } from '../../../../../../format/numbers.ts';
import { replayRuns, replays } from '../../../../../../messages/en-replays.ts';
import { metricHref } from '../../../../../../metrics/metric.ts';
import type { Metric, Scope } from '../../../../../../metrics/metric.ts';
import { replayRunMetrics } from '../../../../../../metrics/replays.ts';
import { messages } from '../../../../../../messages/en.ts';
import { paths } from '../../../../../../paths.ts';
import { replayRunsList, replayStatuses } from '../../../../../../services/provider/federation-replay-list.ts';
import { listReplays, summarizeReplays } from '../../../../../../services/provider/federation-replay.service.ts';
import type { ReplaysSummary } from '../../../../../../services/provider/federation-replay.service.ts';
import type { Count } from '../../../../../../services/provider/list-page.ts';
import { FederationTabs } from '../../tabs.tsx';
import { runColumns } from '../runs.tsx';
import { offered } from '../../../../../../server/tried.ts';
import { triedPage } from '../../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: replayRuns.title };

export default async function Replays({ searchParams }: PageProps<'/provider/federation/replay/runs'>) {
  const staff = await requireAccess('federation');
  const view = await readView(replayRunsList, paths.replayRuns, searchParams, '30d');
  const { q, statuses, members } = view.query.filters;
  const summary = summarizeReplays(staff);
  const [list, told, kpis] = await Promise.all([
    triedPage(listReplays(staff, view.query)),
    offered(summary),
    figures(summary, replayRunMetrics, (read) => kpisOf(read, view)),
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
        valueFilter('by', replays.columns.orderedBy, told?.members, members),
      ]}
      columns={runColumns}
      rowMenu={({ id }) => <RowMenu label={id} copied={id} />}
      bulk={{ label: ({ key }) => key.id }}
      exportPath={paths.replayRunsExport}
      emptyAction={<EmptyAction href={paths.replay} label={messages.lists.open.replay} />}
      tabs={<FederationTabs current="replay" />}
    />
  );
}

function kpisOf({ counts }: ReplaysSummary, scope: Scope) {
  const cell = (metric: Metric, count: Count | undefined): Kpi => ({
    metric,
    value: count ? formatCapped(count) : nothing,
    ...(count && !count.isCapped ? { count: count.value } : { isUncounted: true }),
    note: '',
    href: metricHref(metric, scope),
  });
  const { underWay, planned, done, cancelled } = replayRunMetrics;
  return [
    cell(underWay, counts.underWay),
    cell(planned, counts.planned),
    cell(done, counts.done),
    cell(cancelled, counts.cancelled),
  ];
}
