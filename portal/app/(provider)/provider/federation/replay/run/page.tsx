import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireAccess } from '../../../../../../auth/current-staff.ts';
import { figures } from '../../../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../../components/list/list-view.ts';
import { listHref } from '../../../../../../lists/list-href.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import { replayMetrics } from '../../../../../../metrics/replays.ts';
import { paths } from '../../../../../../paths.ts';
import {
  replayForesights,
  replayItemsList,
  replayStates,
} from '../../../../../../services/provider/federation-replay-list.ts';
import {
  getReplay,
  getReplayItem,
  listReplayItems,
} from '../../../../../../services/provider/federation-replay.service.ts';
import { namesOfOrgs } from '../../../../../../services/provider/orgs.service.ts';
import { FederationTabs } from '../../tabs.tsx';
import { ItemBadge, itemColumns } from './columns.tsx';
import { replayKpis } from './kpis.ts';
import { ItemPanel } from './panel.tsx';
import { RunCard } from './run-card.tsx';
import { tried } from '../../../../../../server/tried.ts';
import { triedPage } from '../../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: replays.title };

export default async function ReplayOfMany({ searchParams }: PageProps<'/provider/federation/replay/run'>) {
  const staff = await requireAccess('federation');
  const view = await readView(replayItemsList, paths.replayRun, searchParams, '24h', { fixed: ['run'] });
  const { query, openId } = view;
  const { run: runId = '', q, orgs: chosen, states, expected } = query.filters;
  const run = await getReplay(staff, runId);
  if (!run) notFound();
  const [list, detail, orgs, kpis] = await Promise.all([
    triedPage(listReplayItems(staff, query)),
    openId === undefined ? undefined : tried(getReplayItem(staff, runId, openId)),
    namesOfOrgs(staff, 'federation', chosen),
    figures(Promise.resolve(run), replayMetrics, (read) => replayKpis(view, read)),
  ]);
  return (
    <ListPage
      copy={replays}
      view={view}
      sortKey={replayItemsList.sortKey}
      list={list}
      kpis={kpis}
      search={q}
      filters={[
        wordFilter('state', replays.columns.state, replayStates, replays.states, states),
        wordFilter('expected', replays.columns.expected, replayForesights, replays.expected, expected),
        orgFilter(orgs, chosen),
      ]}
      columns={itemColumns}
      idOf={({ eventId }) => eventId}
      bulk={{
        label: ({ eventId }) => eventId,
        file: listHref(paths.replayExport, new URLSearchParams({ run: runId })),
      }}
      exportPath={paths.replayExport}
      tabs={<FederationTabs current="replay" />}
      refreshes={[]}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={({ eventId }) => eventId}
          title={(item) => (
            <>
              <span className="truncate">{item.type}</span>
              <ItemBadge state={item.state} />
            </>
          )}
        >
          {(item) => <ItemPanel item={item} zone={query.zone} />}
        </ListPanel>
      }
    >
      <RunCard run={run} zone={query.zone} />
    </ListPage>
  );
}
