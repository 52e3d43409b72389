import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { Dropped } from '../../../../components/filters/dropped.tsx';
import { FilterBar } from '../../../../components/filters/filter-bar.tsx';
import { orgFilter } from '../../../../components/list/list-filters.ts';
import { PageHead } from '../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { now } from '../../../../server/now.ts';
import { dashboardList, hasOrgs } from '../../../../services/provider/dashboard.service.ts';
import { listOrgNames } from '../../../../services/provider/orgs.service.ts';
import type { DashboardView } from './dashboard-view.ts';
import { MoneyStrip, OrgsByRevenue, RevenueByStream } from './money.tsx';
import { Gateway, LatestActivity, NeedsAttention, OperationsStrip } from './operations.tsx';

export const metadata: Metadata = { title: dashboard.title };

export default async function Dashboard({ searchParams }: PageProps<'/provider'>) {
  const staff = await requireAccess('dashboard');
  const [raw, preferences, isInUse, orgs] = await Promise.all([
    searchParams,
    readPreferences(),
    hasOrgs(staff),
    listOrgNames(staff, 'dashboard'),
  ]);
  const at = now();
  const query = dashboardList.parse(raw, { zone: preferences.zone, now: at });
  const head = (
    <PageHead title={dashboard.title} purpose={dashboard.purpose} through={{ at, zone: preferences.zone }} />
  );
  if (!isInUse) {
    const action = can(staff, 'federation') && { href: paths.federation, label: dashboard.emptyAction };
    return (
      <>
        {head}
        <div className="card">
          <EmptyState title={dashboard.emptyTitle} text={dashboard.emptyText} {...(action && { action })} />
        </div>
      </>
    );
  }
  return (
    <>
      {head}
      <FilterBar
        path={paths.home}
        params={query.params}
        lists={[orgFilter(orgs, query.filters.orgs)]}
        hasFilters={query.hasFilters}
      />
      <Dropped names={query.dropped} />
      <Parts staff={staff} query={query} preferences={preferences} at={at} />
    </>
  );
}

/** What the member's roles include: money, operations, or both. */
function Parts(view: DashboardView) {
  const hasMoney = can(view.staff, 'dashboard', 'money');
  const hasOperations = can(view.staff, 'dashboard', 'operations');
  return (
    <>
      {hasMoney && (
        <SectionBoundary label={dashboard.money}>
          <MoneyStrip {...view} />
        </SectionBoundary>
      )}
      {hasOperations && (
        <SectionBoundary label={dashboard.operations}>
          <OperationsStrip {...view} />
        </SectionBoundary>
      )}
      <div className="grid grid-cols-1 gap-5 xl:grid-cols-12">
        {hasMoney && (
          <div className={`grid min-w-0 ${hasOperations ? 'xl:col-span-8' : 'xl:col-span-12'}`}>
            <SectionBoundary label={dashboard.money}>
              <RevenueByStream {...view} />
            </SectionBoundary>
          </div>
        )}
        {hasOperations && (
          <div className={`grid min-w-0 ${hasMoney ? 'xl:col-span-4' : 'xl:col-span-12'}`}>
            <NeedsAttention {...view} />
          </div>
        )}
      </div>
      {hasMoney && <OrgsByRevenue {...view} />}
      {hasOperations && <Gateway {...view} />}
      {hasOperations && <LatestActivity {...view} />}
    </>
  );
}
