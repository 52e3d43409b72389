import type { Metadata } from 'next';
import { providerChain } from '#domain/ids';
import { jobNames } from '#domain/jobs';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { auditMetrics } from '../../../../metrics/operations.ts';
import { paths } from '../../../../paths.ts';
import { actorTypes, auditList, auditOutcomes } from '../../../../services/provider/audit-list.ts';
import type { AuditFilters } from '../../../../services/provider/audit-list.ts';
import type { AuditDetail } from '../../../../services/provider/audit.service.ts';
import { getAudit, listAudit, listAuditActions, summarizeAudit } from '../../../../services/provider/audit.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import type { ChosenOrgs } from '../../../../services/provider/orgs.service.ts';
import { auditColumns } from './columns.tsx';
import { auditKpis } from './kpis.ts';
import { objectHref } from '../../../../components/panel/object-href.ts';
import { AuditEntry } from './panel.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: audit.title };

export default async function AuditLog({ searchParams }: PageProps<'/provider/audit'>) {
  const staff = await requireAccess('audit');
  const view = await readView(auditList, paths.audit, searchParams, '24h');
  const { query, openId, window } = view;
  const [list, detail, orgs, actions, kpis] = await Promise.all([
    triedPage(listAudit(staff, query)),
    openId === undefined ? undefined : tried(getAudit(staff, openId)),
    namesOfOrgs(staff, 'audit', query.filters.orgs),
    offered(listAuditActions(staff)),
    figures(summarizeAudit(staff, query, window), auditMetrics, (summary) => auditKpis(view, summary)),
  ]);
  const { filters } = query;
  return (
    <ListPage
      copy={audit}
      view={view}
      sortKey={auditList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={filtersOf(filters, orgs, actions)}
      texts={{
        label: audit.columns.entity,
        fields: [
          { name: 'entity', label: audit.columns.entity, value: filters.subject },
          { name: 'actor', label: audit.columns.actor, value: filters.actor },
          { name: 'event', label: audit.columns.event, value: filters.eventId },
          { name: 'address', label: audit.columns.address, value: filters.address },
          { name: 'request', label: audit.columns.request, value: filters.requestId },
        ],
      }}
      columns={auditColumns}
      idOf={({ subject }) => subject.slice(subject.indexOf('/') + 1)}
      bulk={{ label: ({ action, subject }) => `${action} ${subject}` }}
      exportPath={paths.auditExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={({ action }) => action}
          title={({ action }) => action}
        >
          {(entry) => <AuditEntry entry={entry} zone={query.zone} links={view.links} {...hrefsOf(entry, staff)} />}
        </ListPanel>
      }
    />
  );
}

/** Where the thing is that an entry is about, and the key that acted, for whoever may see them. */
function hrefsOf({ subject, org, actor, actorType }: AuditDetail, staff: Staff) {
  const hrefOf = (named: string) => objectHref(named, org?.id ?? providerChain, (page) => can(staff, page));
  return {
    objectHref: hrefOf(subject),
    actorHref: actorType === 'key' ? hrefOf(`federation_key/${actor}`) : undefined,
  };
}

function filtersOf(filters: AuditFilters, orgs: ChosenOrgs, actions: readonly string[] | undefined) {
  const { columns } = audit;
  return [
    valueFilter('action', columns.action, actions, filters.actions),
    wordFilter('outcome', columns.outcome, auditOutcomes, audit.outcomes, filters.outcomes),
    wordFilter('actorType', columns.actorType, actorTypes, audit.actorTypes, filters.actorTypes),
    valueFilter('job', columns.job, jobNames, filters.jobs),
    orgFilter(orgs, filters.orgs, [{ id: providerChain, name: audit.provider }]),
  ];
}
