import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../components/card.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { rangeOf } from '../../../../components/filters/range-of.ts';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { OpenKeys } from '../../../../components/list/open-keys.tsx';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { subscriptionMetrics } from '../../../../metrics/revenue.ts';
import { paths } from '../../../../paths.ts';
import { subscriptionsList, subscriptionStatuses } from '../../../../services/provider/subscriptions-list.ts';
import {
  getSubscription,
  listPlans,
  listSubscriptions,
  summarizeSubscriptions,
} from '../../../../services/provider/subscriptions.service.ts';
import type { SubscriptionRow } from '../../../../services/provider/subscriptions.service.ts';
import { readSubscriptionCharts } from '../../../../services/provider/subscription-charts.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { SubscriptionBadge, subscriptionColumns } from './columns.tsx';
import { SubscriptionChartRow } from './charts.tsx';
import { subscriptionKpis } from './kpis.ts';
import { menuSubscription } from './menu-subscription.ts';
import { SubscriptionPanel } from './panel.tsx';
import { SubscriptionMenu } from './subscription-menu.tsx';
import { SubscriptionTabs } from './tabs.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: subscriptions.title };

export default async function Subscriptions({ searchParams }: PageProps<'/provider/subscriptions'>) {
  const staff = await requireAccess('subscriptions');
  const view = await readView(subscriptionsList, paths.subscriptions, searchParams, 'mtd');
  const { query, openId, window } = view;
  const [list, detail, orgs, plans, charts, kpis] = await Promise.all([
    triedPage(listSubscriptions(staff, query)),
    openId === undefined ? undefined : tried(getSubscription(staff, openId)),
    namesOfOrgs(staff, 'subscriptions', query.filters.orgs),
    offered(listPlans(staff)),
    part(readSubscriptionCharts(staff, view.at), <CardSkeleton />, (told) => <SubscriptionChartRow told={told} />),
    figures(summarizeSubscriptions(staff, query, window), subscriptionMetrics, (summary) =>
      subscriptionKpis(view, summary),
    ),
  ]);
  const { filters } = query;
  const { columns } = subscriptions;
  const rights = { mayWrite: can(staff, 'subscriptions', 'write'), mayBill: can(staff, 'billing') };
  const told = { plans: plans ?? [], zone: query.zone, ...rights };
  const menu = (row: SubscriptionRow) => ({ subscription: menuSubscription(row), ...told });
  return (
    <ListPage
      copy={subscriptions}
      view={view}
      sortKey={subscriptionsList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={[
        wordFilter('status', columns.status, subscriptionStatuses, subscriptions.statuses, filters.statuses),
        valueFilter('plan', columns.plan, plans, filters.plans),
        orgFilter(orgs, filters.orgs),
      ]}
      ranges={(['started', 'renews', 'canceled'] as const).map((name) => ({
        name,
        ...rangeOf(filters[name], query.zone, view.at, columns[name]),
      }))}
      tabs={<SubscriptionTabs current="list" />}
      columns={subscriptionColumns}
      rowMenu={(row) => <SubscriptionMenu {...menu(row)} />}
      bulk={{ label: ({ id }) => id }}
      exportPath={paths.subscriptionsExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.id}
          title={(row) => <Title row={row} />}
          actions={(row) => <SubscriptionMenu {...menu(row)} />}
        >
          {(row) => <SubscriptionPanel subscription={row} zone={query.zone} links={view.links} />}
        </ListPanel>
      }
    >
      <SectionBoundary label={subscriptions.chart.mrr}>{charts}</SectionBoundary>
    </ListPage>
  );
}

function Title({ row }: { readonly row: SubscriptionRow }) {
  return (
    <>
      <bdi className="truncate">{row.id}</bdi>
      <SubscriptionBadge status={row.status} />
    </>
  );
}
