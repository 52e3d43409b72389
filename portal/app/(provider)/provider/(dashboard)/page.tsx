import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { Dropped } from '../../../../components/filters/dropped.tsx';
import { FilterBar } from '../../../../components/filters/filter-bar.tsx';
import { rangeOf } from '../../../../components/filters/range-of.ts';
import { orgFilter } from '../../../../components/list/list-filters.ts';
import { PageHead } from '../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { now } from '../../../../server/now.ts';
import { readMix } from '../../../../services/provider/analytics-shapes.service.ts';
import { dashboardList, hasOrgs } from '../../../../services/provider/dashboard.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { analyticsQueryOf } from './dashboard-view.ts';
import type { DashboardView } from './dashboard-view.ts';
import { CurrencyChoice, MoneyStrip, OrgsByRevenue, RevenueByStream } from './money.tsx';
import { Gateway, LatestActivity, NeedsAttention, OperationsStrip } from './operations.tsx';

export const metadata: Metadata = { title: dashboard.title };

export default async function Dashboard({ searchParams }: PageProps<'/provider'>) {
  const staff = await requireAccess('dashboard');
  const [raw, preferences, isInUse] = await Promise.all([searchParams, readPreferences(), hasOrgs(staff)]);
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
  const orgs = await namesOfOrgs(staff, 'dashboard', query.filters.orgs);
  const hasMoney = can(staff, 'dashboard', 'money');
  const view = { staff, query, preferences, at };
  const mix = hasMoney ? readMix(staff, analyticsQueryOf(view), at) : undefined;
  return (
    <>
      {head}
      <FilterBar
        path={paths.home}
        params={query.params}
        range={rangeOf(query.range, query.zone, at)}
        lists={[orgFilter(orgs, query.filters.orgs)]}
        hasFilters={query.hasFilters}
      >
        {mix && <CurrencyChoice query={query} mix={mix} />}
      </FilterBar>
      {query.range && <p className="-mt-3 text-caption text-fg-2">{rangeWords(staff)}</p>}
      <Dropped names={query.dropped} />
      <Parts {...view} mix={mix} />
    </>
  );
}

/** What a chosen range changes, and what stays as it is. */
function rangeWords(staff: Staff): string {
  const { rangeOfMoney, rangeOfOperations, rangeElse } = dashboard;
  const told = [
    ...(can(staff, 'dashboard', 'money') ? [rangeOfMoney] : []),
    ...(can(staff, 'dashboard', 'operations') ? [rangeOfOperations] : []),
  ];
  return rangeElse(told.join(', '));
}

/** What the member's roles include: money, operations, or both. */
function Parts(view: DashboardView) {
  const { mix } = view;
  const hasMoney = mix !== undefined;
  const hasOperations = can(view.staff, 'dashboard', 'operations');
  return (
    <>
      {hasMoney && (
        <SectionBoundary label={dashboard.money}>
          <MoneyStrip {...view} mix={mix} />
        </SectionBoundary>
      )}
      {hasOperations && (
        <SectionBoundary label={dashboard.operations}>
          <OperationsStrip {...view} />
        </SectionBoundary>
      )}
      <div className="grid grid-cols-1 gap-5 xl:grid-cols-12">
        {mix && (
          <div className={`grid min-w-0 ${hasOperations ? 'xl:col-span-8' : 'xl:col-span-12'}`}>
            <SectionBoundary label={dashboard.money}>
              <RevenueByStream {...view} mix={mix} />
            </SectionBoundary>
          </div>
        )}
        {hasOperations && (
          <div className={`grid min-w-0 ${hasMoney ? 'xl:col-span-4' : 'xl:col-span-12'}`}>
            <NeedsAttention {...view} />
          </div>
        )}
      </div>
      {mix && <OrgsByRevenue {...view} mix={mix} />}
      {hasOperations && <Gateway {...view} />}
      {hasOperations && <LatestActivity {...view} />}
    </>
  );
}
