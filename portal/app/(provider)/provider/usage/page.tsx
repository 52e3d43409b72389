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
import type { ListView } from '../../../../components/list/list-view.ts';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { charts } from '../../../../messages/en-charts.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { usageMetrics } from '../../../../metrics/usage.ts';
import { paths } from '../../../../paths.ts';
import { periodStates, reports, usageList } from '../../../../services/provider/usage-list.ts';
import type { UsageFilters } from '../../../../services/provider/usage-list.ts';
import type { Page } from '../../../../services/provider/list-page.ts';
import type { PeriodDetail } from '../../../../services/provider/usage-detail.ts';
import type { PeriodRow } from '../../../../services/provider/usage.service.ts';
import { getPeriod, listMeters, listPeriods, summarizeUsage } from '../../../../services/provider/usage.service.ts';
import { readUsageByMeter } from '../../../../services/provider/list-charts.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { UsageCharts } from './charts.tsx';
import { PeriodBadge, periodColumns } from './columns.tsx';
import { usageKpis } from './kpis.ts';
import { PeriodPanel } from './panel.tsx';
import { UsageTabs } from './tabs.tsx';
import { RerateMany } from './usage-bulk.tsx';
import { WindowMenu } from './window-menu.tsx';
import type { MenuWindow, UsageRights } from './window-menu.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import type { Failed } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: usage.title };

export default async function Usage({ searchParams }: PageProps<'/provider/usage'>) {
  const staff = await requireAccess('usage');
  const view = await readView(usageList, paths.usage, searchParams, 'mtd');
  const { query, openId } = view;
  const [list, detail, orgs, meters, chart, kpis] = await Promise.all([
    triedPage(listPeriods(staff, query)),
    openId === undefined ? undefined : tried(getPeriod(staff, openId)),
    namesOfOrgs(staff, 'usage', query.filters.orgs),
    offered(listMeters(staff)),
    part(
      readUsageByMeter(staff, { orgIds: query.filters.orgs, meters: query.filters.meters }, view.at),
      <CardSkeleton />,
      (told) => <UsageCharts told={told} />,
    ),
    figures(summarizeUsage(staff, query), usageMetrics, (summary) => usageKpis(view, summary)),
  ]);
  const { filters } = query;
  const { columns } = usage;
  const rights = {
    mayRerate: can(staff, 'usage', 'rerate'),
    mayExclude: can(staff, 'usage', 'exclude'),
    mayBill: can(staff, 'billing'),
  };
  return (
    <ListPage
      copy={usage}
      view={view}
      sortKey={usageList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<UsageTabs current="rated" />}
      search={filters.q}
      filters={[
        wordFilter('state', columns.state, periodStates, usage.states, filters.states),
        wordFilter('report', usage.report, reports, usage.reports, filters.reports),
        valueFilter('meter', columns.meter, meters, filters.meters),
        orgFilter(orgs, filters.orgs),
      ]}
      ranges={[{ name: 'late', ...rangeOf(filters.late, query.zone, view.at, usage.lateUsage) }]}
      columns={periodColumns}
      rowMenu={(row) => <WindowMenu of={menuWindow(row)} rights={rights} />}
      bulk={{ label: ({ meter }) => meter, actions: rights.mayRerate && <RerateMany /> }}
      exportPath={paths.usageExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={<UsagePanel view={view} list={list} detail={detail} rights={rights} />}
    >
      <SectionBoundary label={charts.quantity}>{chart}</SectionBoundary>
    </ListPage>
  );
}

interface UsagePanelProps {
  readonly view: ListView<UsageFilters>;
  readonly list: Page<PeriodRow>;
  readonly detail: (PeriodRow & PeriodDetail) | Failed | undefined;
  readonly rights: UsageRights;
}

function UsagePanel({ view, list, detail, rights }: UsagePanelProps) {
  return (
    <ListPanel
      view={view}
      list={list}
      detail={detail}
      label={(row) => row.meter}
      title={(row) => <Title row={row} />}
      actions={(row) => <WindowMenu of={menuWindow(row)} rights={rights} />}
    >
      {(row) => (
        <PeriodPanel
          period={row}
          of={menuWindow(row)}
          zone={view.query.zone}
          mayExclude={rights.mayExclude}
          links={view.links}
        />
      )}
    </ListPanel>
  );
}

function menuWindow({ key, org, meter, currency }: PeriodRow): MenuWindow {
  return { key: key.id, orgId: org.id, meter, currency };
}

function Title({ row }: { readonly row: PeriodRow }) {
  return (
    <>
      <bdi className="truncate">{row.meter}</bdi>
      <PeriodBadge state={row.state} />
    </>
  );
}
