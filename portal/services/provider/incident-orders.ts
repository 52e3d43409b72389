import 'server-only';
import type { IncidentCause } from '#domain/billing/incident-orders';
import type { BulkResult } from '../../actions/bulk-result.ts';
import { orderBatches } from '../../actions/order-batches.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { incidents } from '../../messages/en-incidents.ts';
import { database } from '../../server/database.ts';
import { incidentsList } from './incidents-list.ts';
import { incidentsSource } from './incidents-source.ts';
import { listAssignees } from './incidents.service.ts';
import { orderOfSeen } from './last-change.ts';
import { readOne } from './list-source.ts';
import { readPicked } from './picked-rows.ts';

export interface IncidentTold {
  readonly row: string;
  /** As the page showed it. */
  readonly revisionSeen?: number | undefined;
  readonly reason: string;
  readonly id: string;
}

type Kind =
  | 'acknowledge_incident'
  | 'withdraw_acknowledgement'
  | 'assign_incident'
  | 'escalate_incident'
  | 'resolve_incident';

export function acknowledgeIncident(staff: Staff, { isWithdrawn, ...told }: IncidentTold & { isWithdrawn: boolean }) {
  return order(staff, told, isWithdrawn ? 'withdraw_acknowledgement' : 'acknowledge_incident', {});
}

/** @throws ActionRefused where that member may not handle incidents */
export async function assignIncident(
  staff: Staff,
  { assignee, ...told }: IncidentTold & { readonly assignee: string | null },
) {
  await assertAssignee(staff, assignee);
  return order(staff, told, 'assign_incident', { assignee });
}

export function escalateIncident(staff: Staff, { level, ...told }: IncidentTold & { readonly level: number }) {
  return order(staff, told, 'escalate_incident', { level });
}

export function resolveIncident(
  staff: Staff,
  { cause, note, ...told }: IncidentTold & { readonly cause: IncidentCause; readonly note: string },
) {
  return order(staff, told, 'resolve_incident', { cause, note });
}

/** An order for each, so that one which is elsewhere by now is skipped alone. */
export async function handleIncidents(
  staff: Staff,
  { picked, assignee, ...told }: { picked: Picked; assignee?: string | null | undefined; reason: string; id: string },
): Promise<BulkResult> {
  assertCan(staff, 'incidents', 'write');
  if (assignee !== undefined) await assertAssignee(staff, assignee);
  const rows = await readPicked(database().pool, incidentsList, incidentsSource, picked);
  const items = await orderBatches(
    staff,
    {
      ...told,
      sizeMax: 1,
      kind: assignee === undefined ? 'acknowledge_incident' : 'assign_incident',
      bodyOf: ([incidentId]) => ({ incidentId, ...(assignee !== undefined && { assignee }) }),
      becameOf: () => ({ became: 'done', note: '' }),
    },
    rows.map(({ key, org, id, title }) => ({ key: key.id, orgId: org.id, id, label: title ?? id })),
  );
  return { items };
}

async function order(
  staff: Staff,
  { row, revisionSeen, reason, id }: IncidentTold,
  kind: Kind,
  body: object,
): Promise<OrderOutcome> {
  assertCan(staff, 'incidents', 'write');
  const incident = await readOne(database().pool, incidentsSource, row);
  if (!incident) throw new ActionRefused('refused', incidents.actions.gone);
  const told = { incidentId: incident.id, ...(revisionSeen !== undefined && { revisionSeen }), ...body };
  return orderOfSeen(staff, { orgId: incident.org.id, kind, body: told, reason, id }, `incident/${incident.id}`);
}

async function assertAssignee(staff: Staff, assignee: string | null) {
  const isKnown = assignee === null || (await listAssignees(staff)).some(({ id }) => id === assignee);
  if (!isKnown) throw new ActionRefused('refused', incidents.actions.unknownAssignee);
}
