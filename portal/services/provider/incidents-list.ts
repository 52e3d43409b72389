import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';
import type { FilterReader } from '../../lists/define-list.ts';

export const openStates = ['open', 'acknowledged', 'escalated'] as const;
export type IncidentState = (typeof openStates)[number] | 'resolved';
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type IncidentSeverity = (typeof severities)[number];
/** By the resolution target: past it, due within the hour, not due yet. */
export const openSlas = ['breaching', 'due', 'running'] as const;
/** Resolved in time, or too late. */
export const endedSlas = ['met', 'missed'] as const;
export type IncidentSla = (typeof openSlas)[number] | (typeof endedSlas)[number];
/** What the filter says of those that nobody is assigned to. */
export const nobody = 'none';

export interface IncidentFilters {
  readonly q: string | undefined;
  readonly orgs: readonly string[];
  readonly states: readonly IncidentState[];
  readonly severities: readonly IncidentSeverity[];
  readonly slas: readonly IncidentSla[];
  /** Ids of staff, or `nobody`. */
  readonly assignees: readonly string[];
}

export const incidentsList = defineList<IncidentFilters>('createdAt', (read) => ({
  ...shared(read),
  states: read.list('state', oneOf(openStates)),
  slas: read.list('sla', oneOf(openSlas)),
}));

export const resolvedList = defineList<IncidentFilters>('resolvedAt', (read) => ({
  ...shared(read),
  states: [],
  slas: read.list('sla', oneOf(endedSlas)),
}));

function shared(read: FilterReader) {
  return {
    q: read.text('q'),
    orgs: read.list('org', isOrgId),
    severities: read.list('severity', oneOf(severities)),
    assignees: read.list('assignee', isAssignee),
  };
}

function isAssignee(text: string): text is string {
  return text === nobody || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
