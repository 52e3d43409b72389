import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../metrics/operations.ts';
import { paths } from '../../../../paths.ts';
import { incidentsList, openSlas, openStates } from '../../../../services/provider/incidents-list.ts';
import {
  getIncident,
  listAssignees,
  listIncidents,
  summarizeIncidents,
} from '../../../../services/provider/incidents.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { incidentColumns } from './columns.tsx';
import { MenuOf } from './menu-incident.tsx';
import { IncidentBulk } from './incident-bulk.tsx';
import type { IncidentRow } from '../../../../services/provider/incidents-source.ts';
import { sharedFilters } from './filters.ts';
import { incidentKpis } from './kpis.ts';
import { IncidentListPanel } from './incident-list-panel.tsx';
import { IncidentTabs } from './tabs.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: incidents.title };

export default async function Incidents({ searchParams }: PageProps<'/provider/incidents'>) {
  const staff = await requireAccess('incidents');
  const view = await readView(incidentsList, paths.incidents, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, assignees, kpis] = await Promise.all([
    triedPage(listIncidents(staff, query)),
    openId === undefined ? undefined : tried(getIncident(staff, openId)),
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
      copy={incidents}
      view={view}
      sortKey={incidentsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<IncidentTabs current="open" />}
      search={filters.q}
      filters={[
        wordFilter(
          'state',
          incidents.columns.state,
          openStates,
          incidents.states,
          openStates.filter((state) => filters.states.includes(state)),
        ),
        ...sharedFilters(filters, openSlas, assignees, orgs),
      ]}
      columns={incidentColumns}
      rowMenu={(row) => <MenuOf {...told} incident={row} />}
      bulk={{
        label: (row) => row.title ?? row.id,
        actions: mayHandle && <IncidentBulk people={assignees ?? []} />,
      }}
      exportPath={paths.incidentsExport}
      refreshes={[0, 10, 60]}
      panel={<IncidentListPanel view={view} list={list} detail={detail} menuOf={menuOf} />}
    />
  );
}
