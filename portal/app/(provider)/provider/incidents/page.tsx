import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { paths } from '../../../../paths.ts';
import {
  incidentsList,
  incidentStatuses,
  severities,
  slaStates,
} from '../../../../services/provider/incidents-list.ts';
import { getIncident, listIncidents, summarizeIncidents } from '../../../../services/provider/incidents.service.ts';
import { listOrgNames } from '../../../../services/provider/orgs.service.ts';
import { IncidentBadge, incidentColumns } from './columns.tsx';
import { incidentKpis } from './kpis.ts';
import { IncidentPanel } from './panel.tsx';

export const metadata: Metadata = { title: incidents.title };

export default async function Incidents({ searchParams }: PageProps<'/provider/incidents'>) {
  const staff = await requireAccess('incidents');
  const view = await readView(incidentsList, paths.incidents, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, kpis] = await Promise.all([
    listIncidents(staff, query),
    openId === undefined ? undefined : getIncident(staff, openId),
    listOrgNames(staff, 'incidents'),
    figures(summarizeIncidents(staff, query, window), incidents.kpis, (summary) => incidentKpis(view, summary)),
  ]);
  const { filters } = query;
  const { columns } = incidents;
  return (
    <ListPage
      copy={incidents}
      view={view}
      sortKey={incidentsList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={[
        wordFilter('status', columns.status, incidentStatuses, incidents.statuses, filters.statuses),
        wordFilter('severity', columns.severity, severities, incidents.severities, filters.severities),
        wordFilter('sla', columns.sla, slaStates, incidents.slas, filters.slas),
        orgFilter(orgs, filters.orgs),
      ]}
      columns={incidentColumns}
      exportPath={paths.incidentsExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.title ?? row.id}
          title={(row) => (
            <>
              <bdi className="truncate">{row.title ?? row.id}</bdi>
              <IncidentBadge status={row.status} />
            </>
          )}
        >
          {(row) => <IncidentPanel incident={row} zone={query.zone} now={view.at} hasLog={can(staff, 'federation')} />}
        </ListPanel>
      }
    />
  );
}
