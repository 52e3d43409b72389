import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { EmptyAction } from '../../../../../components/empty-state.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { resolvedIncidents as incidents } from '../../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../../metrics/operations.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import { endedSlas, resolvedList } from '../../../../../services/provider/incidents-list.ts';
import {
  getResolved,
  listAssignees,
  listResolved,
  summarizeIncidents,
} from '../../../../../services/provider/incidents.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { resolvedColumns } from '../columns.tsx';
import { MenuOf } from '../menu-incident.tsx';
import type { IncidentRow } from '../../../../../services/provider/incidents-source.ts';
import { sharedFilters } from '../filters.ts';
import { incidentKpis } from '../kpis.ts';
import { IncidentListPanel } from '../incident-list-panel.tsx';
import { IncidentTabs } from '../tabs.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: incidents.resolvedTitle };

export default async function ResolvedIncidents({ searchParams }: PageProps<'/provider/incidents/resolved'>) {
  const staff = await requireAccess('incidents');
  const view = await readView(resolvedList, paths.incidentsResolved, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, assignees, kpis] = await Promise.all([
    triedPage(listResolved(staff, query)),
    openId === undefined ? undefined : tried(getResolved(staff, openId)),
    namesOfOrgs(staff, 'incidents', query.filters.orgs),
    offered(listAssignees(staff)),
    figures(summarizeIncidents(staff, query, window), incidentMetrics, (summary) => incidentKpis(view, summary)),
  ]);
  const { filters } = query;
  const mayHandle = can(staff, 'incidents', 'write');
  const told = { mayHandle, people: assignees ?? [], mayAudit: view.links.entriesOf('incident') };
  const menuOf = (row: IncidentRow) => <MenuOf {...told} incident={row} />;
  return (
    <ListPage
      copy={{ ...incidents, title: incidents.resolvedTitle, caption: incidents.resolvedTitle }}
      view={view}
      sortKey={resolvedList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<IncidentTabs current="resolved" />}
      search={filters.q}
      filters={sharedFilters(filters, endedSlas, assignees, orgs)}
      columns={resolvedColumns}
      rowMenu={(row) => <MenuOf {...told} incident={row} />}
      bulk={{ label: (row) => row.title ?? row.id }}
      exportPath={paths.resolvedExport}
      emptyAction={<EmptyAction href={paths.incidents} label={messages.lists.open.incidents} />}
      panel={<IncidentListPanel view={view} list={list} detail={detail} menuOf={menuOf} />}
    />
  );
}
