import type { BusinessHours } from '#domain/billing/business-hours';
import type { Folded } from '#domain/fold';
import { dueInstants, type IncidentState } from '#domain/folds/incident';
import type { EntityKey } from '../entity-key.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function incidentRows(
  { orgId, id }: EntityKey,
  state: IncidentState,
  { version, createdAt }: Folded<IncidentState>,
  hours: BusinessHours | undefined,
): Rows {
  const due = dueInstants(state, hours);
  return {
    incident: [
      {
        org_id: orgId,
        id,
        status: state.status,
        title: state.title,
        severity: state.severity,
        description: state.description,
        level: state.level,
        escalation_reason: state.escalationReason,
        resolution: state.resolution,
        opened_at: optionalInstantText(state.openedAt),
        escalated_at: optionalInstantText(state.escalatedAt),
        resolved_at: optionalInstantText(state.resolvedAt),
        first_resolved_at: optionalInstantText(state.firstResolvedAt),
        response_due_at: optionalInstantText(due.responseDueAt),
        resolution_due_at: optionalInstantText(due.resolutionDueAt),
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
  };
}
