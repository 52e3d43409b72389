import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { EmptyAction } from '../../../../../components/empty-state.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import { changeMetrics } from '../../../../../metrics/revenue.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import { changesList } from '../../../../../services/provider/changes-list.ts';
import { getChange, listChanges, summarizeChanges } from '../../../../../services/provider/changes.service.ts';
import { movementKinds } from '../../../../../services/provider/mrr.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { SubscriptionTabs } from '../tabs.tsx';
import { changeColumns, KindBadge } from './columns.tsx';
import { changeKpis } from './kpis.ts';
import { ChangePanel } from './panel.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: planChanges.title };

export default async function PlanChanges({ searchParams }: PageProps<'/provider/subscriptions/changes'>) {
  const staff = await requireAccess('subscriptions');
  const view = await readView(changesList, paths.subscriptionChanges, searchParams, 'mtd');
  const { query, openId, window } = view;
  const { filters } = query;
  const [list, detail, orgs, kpis] = await Promise.all([
    triedPage(listChanges(staff, query)),
    openId === undefined ? undefined : tried(getChange(staff, openId)),
    namesOfOrgs(staff, 'subscriptions', filters.orgs),
    figures(summarizeChanges(staff, query, window), changeMetrics, (summary) => changeKpis(view, summary)),
  ]);
  return (
    <ListPage
      copy={planChanges}
      view={view}
      sortKey={changesList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={[
        wordFilter('kind', planChanges.columns.kind, movementKinds, planChanges.kinds, filters.kinds),
        orgFilter(orgs, filters.orgs),
      ]}
      columns={changeColumns}
      idOf={({ subscriptionId }) => subscriptionId}
      bulk={{ label: ({ subscriptionId }) => subscriptionId }}
      exportPath={paths.changesExport}
      emptyAction={<EmptyAction href={paths.subscriptions} label={messages.lists.open.subscriptions} />}
      tabs={<SubscriptionTabs current="changes" />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.subscriptionId}
          title={(row) => (
            <>
              <bdi className="truncate">{row.subscriptionId}</bdi>
              <KindBadge kind={row.kind} />
            </>
          )}
        >
          {(row) => <ChangePanel change={row} zone={query.zone} />}
        </ListPanel>
      }
    />
  );
}
