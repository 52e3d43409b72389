import { orgFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { nobody, severities } from '../../../../services/provider/incidents-list.ts';
import type { IncidentFilters, IncidentSla } from '../../../../services/provider/incidents-list.ts';
import type { Assignee } from '../../../../services/provider/incidents.service.ts';
import type { ChosenOrgs } from '../../../../services/provider/orgs.service.ts';

const { columns } = incidents;

/** What both tabs are filtered by. */
export function sharedFilters(
  filters: IncidentFilters,
  slas: readonly IncidentSla[],
  assignees: readonly Assignee[] | undefined,
  orgs: ChosenOrgs,
) {
  return [
    wordFilter('severity', columns.severity, severities, incidents.severities, filters.severities),
    wordFilter('sla', columns.sla, slas, incidents.slas, filters.slas),
    {
      name: 'assignee',
      label: columns.assignee,
      options: assignees && [
        { value: nobody, label: incidents.nobody },
        ...assignees.map(({ id, name }) => ({ value: id, label: name })),
      ],
      selected: filters.assignees,
    },
    orgFilter(orgs, filters.orgs),
  ];
}
