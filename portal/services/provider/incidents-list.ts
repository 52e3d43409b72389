import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';

export const incidentStatuses = ['open', 'escalated', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];
export const unresolved = ['open', 'escalated'] as const satisfies readonly IncidentStatus[];
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type IncidentSeverity = (typeof severities)[number];
/** By the resolution target: past it and not resolved, due within the hour, not due yet, resolved in time, resolved too late. */
export const slaStates = ['breaching', 'due', 'running', 'met', 'missed'] as const;
export type IncidentSla = (typeof slaStates)[number];

export const incidentsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(incidentStatuses)),
  severities: read.list('severity', oneOf(severities)),
  slas: read.list('sla', oneOf(slaStates)),
}));

export type IncidentFilters = ReturnType<typeof incidentsList.parse>['filters'];
