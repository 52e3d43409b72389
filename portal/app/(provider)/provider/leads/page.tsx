import type { Metadata } from 'next';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../components/card.tsx';
import { rangeOf } from '../../../../components/filters/range-of.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { OpenKeys } from '../../../../components/list/open-keys.tsx';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { charts } from '../../../../messages/en-charts.ts';
import { readView } from '../../../../components/list/list-view.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { leadMetrics } from '../../../../metrics/revenue.ts';
import { paths } from '../../../../paths.ts';
import { leadBillings, leadsList, shownStatuses } from '../../../../services/provider/leads-list.ts';
import type { LeadFilters } from '../../../../services/provider/leads-list.ts';
import { summarizeLeads } from '../../../../services/provider/lead-figures.service.ts';
import { getLead, listLeads, listLeadSources } from '../../../../services/provider/leads.service.ts';
import { readLeadsByStatus } from '../../../../services/provider/list-charts.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { LeadsChart } from './chart.tsx';
import type { ChosenOrgs } from '../../../../services/provider/orgs.service.ts';
import { leadColumns, leadName } from './columns.tsx';
import { leadKpis } from './kpis.ts';
import { LeadListPanel } from './lead-list-panel.tsx';
import { LeadBulk } from './lead-bulk.tsx';
import { LeadMenu } from './lead-menu.tsx';
import { leadRights, menuLead } from './menu-lead.ts';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: leads.title };

export default async function Leads({ searchParams }: PageProps<'/provider/leads'>) {
  const staff = await requireAccess('leads');
  const view = await readView(leadsList, paths.leads, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, sources, chart, kpis] = await Promise.all([
    triedPage(listLeads(staff, query)),
    openId === undefined ? undefined : tried(getLead(staff, openId)),
    namesOfOrgs(staff, 'leads', query.filters.orgs),
    offered(listLeadSources(staff)),
    part(readLeadsByStatus(staff, query.filters.orgs, view.at), <CardSkeleton />, (told) => <LeadsChart told={told} />),
    figures(summarizeLeads(staff, query, window), leadMetrics, (summary) => leadKpis(view, summary)),
  ]);
  const rights = leadRights(staff);
  const hasScores = list.rows.some(({ score }) => score !== undefined);
  return (
    <ListPage
      copy={leads}
      view={view}
      sortKey={leadsList.sortKey}
      list={list}
      kpis={kpis}
      search={query.filters.q}
      filters={filtersOf(query.filters, orgs, sources)}
      texts={valueTexts(query.filters)}
      ranges={[
        { name: 'converted', ...rangeOf(query.filters.converted, query.zone, view.at, leads.columns.converted) },
      ]}
      columns={(context) => leadColumns(context, hasScores)}
      rowMenu={(lead) => <LeadMenu lead={menuLead(lead)} rights={rights} />}
      bulk={{ label: leadName, actions: <LeadBulk rights={rights} /> }}
      exportPath={paths.leadsExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={<LeadListPanel view={view} list={list} detail={detail} rights={rights} />}
    >
      <SectionBoundary label={charts.leadsByDay}>{chart}</SectionBoundary>
    </ListPage>
  );
}

function filtersOf(filters: LeadFilters, orgs: ChosenOrgs, seen: readonly string[] | undefined) {
  const { statuses, billings, sources, orgs: chosen } = filters;
  const { columns } = leads;
  return [
    wordFilter('status', columns.status, shownStatuses, leads.statuses, statuses),
    wordFilter('billing', columns.billing, leadBillings, leads.billings, billings),
    valueFilter('source', columns.source, seen, sources),
    orgFilter(orgs, chosen),
  ];
}

function valueTexts({ min, max }: LeadFilters) {
  const fields = [
    { name: 'min', label: leads.valueFrom, value: min },
    { name: 'max', label: leads.valueTo, value: max },
  ];
  return { label: leads.columns.value, fields };
}
