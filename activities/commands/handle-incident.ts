import type pg from 'pg';
import { resolutionOf } from '#domain/billing/incident-orders';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { instantText } from '../instant-text.ts';
import type { Act, Done, StaffCommand } from './command.ts';
import { recordSteps } from './record-steps.ts';
import { tellEvent } from './tell-event.ts';

/** Ends the clock of the response. Key: the incident, which has one acknowledgement. */
export const acknowledgeIncident = onIncident<'acknowledge_incident'>(async (client, command, body, incident) => {
  if (incident.acknowledged) return refusal('already_acknowledged');
  const set = 'acknowledged_at = $3, acknowledged_by = $4';
  return handled(client, command, body, 'incident.acknowledged', set, [command.actor.actor]);
});

/** Takes an acknowledgement back, and its clock runs again. Key: the incident's acknowledgement. */
export const withdrawAcknowledgement = onIncident<'withdraw_acknowledgement'>(
  async (client, command, body, incident) => {
    if (!incident.acknowledged) return refusal('not_acknowledged');
    const set = 'acknowledged_at = null, acknowledged_by = null';
    return handled(client, command, body, 'incident.acknowledgement_withdrawn', set, []);
  },
);

/** Key: the incident, which has one assignee. */
export const assignIncident = onIncident<'assign_incident'>(async (client, command, body, incident) => {
  const { assignee } = body;
  const done = await handled(client, command, body, 'incident.assigned', 'assignee = $4', [assignee], { assignee });
  return { result: { ...done.result, assignee, assigneeBefore: incident.assignee } };
});

/** Told as an event, which is folded with the tenant's own; the first one ends the clock of the response. Key: the command's event. */
export const escalateIncident = onIncident<'escalate_incident'>(async (client, command, body, incident) => {
  const { orgId, at, reason } = command;
  const { incidentId, level } = body;
  if ((incident.level ?? 0) >= level) return refusal('level_not_above');
  const told = await tellEvent(client, command, {
    entity: { orgId, kind: 'incident', id: incidentId },
    type: 'incident.escalated',
    data: { incidentId, level, ...(reason !== '' && { reason }) },
    at,
  });
  if (isRefusal(told)) return told;
  await client.query({
    text: 'update incident set escalated_by_staff_at = coalesce(escalated_by_staff_at, $3), handled = handled + 1, handled_at = $3 where org_id = $1 and id = $2',
    values: [orgId, incidentId, instantText(at)],
  });
  return { result: { incidentId, level, ...told } };
});

/** Told as an event. Refused where the tenant opened it again for an instant that is still to come. Key: the command's event. */
export const resolveIncident = onIncident<'resolve_incident'>(async (client, command, body) => {
  const { orgId, at } = command;
  const { incidentId, cause, note } = body;
  const told = await tellEvent(client, command, {
    entity: { orgId, kind: 'incident', id: incidentId },
    type: 'incident.resolved',
    data: { incidentId, resolution: resolutionOf(cause, note) },
    at,
  });
  if (isRefusal(told)) return told;
  const { rows } = await client.query<{ status: string }>({
    text: 'select status from incident where org_id = $1 and id = $2',
    values: [orgId, incidentId],
  });
  return rows[0]?.status === 'resolved' ? { result: { incidentId, cause, ...told } } : refusal('later_event');
});

interface Incident {
  readonly level: number | null;
  readonly acknowledged: boolean;
  readonly assignee: string | null;
}

type IncidentOrder =
  | 'acknowledge_incident'
  | 'withdraw_acknowledgement'
  | 'assign_incident'
  | 'escalate_incident'
  | 'resolve_incident';

/** An act on an incident that there is, that is not resolved, and that nobody changed since it was looked at. */
function onIncident<K extends IncidentOrder>(
  act: (
    client: pg.ClientBase,
    command: StaffCommand,
    body: StaffCommandBody<K>,
    incident: Incident,
  ) => Promise<Done | Refusal>,
): Act<StaffCommandBody<K>> {
  return async (client, command, body) => {
    const incident = await readIncident(client, command, body);
    return isRefusal(incident) ? incident : act(client, command, body, incident);
  };
}

/** As it stands under its lock. What is resolved is done with. */
async function readIncident(
  client: pg.ClientBase,
  { orgId }: StaffCommand,
  { incidentId, revisionSeen }: StaffCommandBody<'acknowledge_incident'>,
): Promise<Incident | Refusal> {
  const { rows } = await client.query<Incident & { status: string; revision: number }>({
    text: `select status, level, acknowledged_at is not null as acknowledged, assignee, version + handled as revision from incident
      where org_id = $1 and id = $2`,
    values: [orgId, incidentId],
  });
  const [incident] = rows;
  if (!incident) return refusal('unknown_incident');
  if (incident.status === 'resolved') return refusal('incident_resolved');
  if (revisionSeen !== undefined && revisionSeen !== incident.revision) return refusal('changed_meanwhile');
  return incident;
}

/** Writes what is the staff's own, with its Activity and its entry in the incident's audit. */
async function handled(
  client: pg.ClientBase,
  command: StaffCommand,
  { incidentId }: StaffCommandBody<'acknowledge_incident'>,
  action: string,
  set: string,
  values: readonly (string | null)[],
  detail: Readonly<Record<string, unknown>> = {},
): Promise<Done> {
  await client.query({
    text: `update incident set ${set}, handled = handled + 1, handled_at = $3 where org_id = $1 and id = $2`,
    values: [command.orgId, incidentId, instantText(command.at), ...values],
  });
  await recordSteps(client, command, [{ kind: 'incident', id: incidentId, action, detail }]);
  return { result: { incidentId } };
}
