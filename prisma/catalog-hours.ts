import type pg from 'pg';
import { hoursLockKey, parseBusinessHours, type BusinessHours } from '#domain/billing/business-hours';
import type { Change } from '#domain/billing/catalogue-changes';
import { stableText } from '#domain/billing/catalogue-values';
import { eventSchema } from '#domain/events';
import type { Occurred } from '#domain/fold';
import { folds } from '#domain/folds';
import { dueInstants } from '#domain/folds/incident';
import { lockKeys } from './lock-keys.ts';

interface Rehoured {
  readonly orgId: string;
  readonly hours: BusinessHours | undefined;
}

/** Orgs whose clocks of incidents run otherwise from now on. */
export function orgsWithOtherHours(changes: readonly Change[]): Rehoured[] {
  const isOther = ({ before, after }: Change) =>
    stableText(before?.['businessHours'] ?? null) !== stableText(after?.['businessHours'] ?? null);
  return changes
    .filter((change) => change.entry.kind === 'org' && isOther(change))
    .map(({ entry, after }) => {
      const read = parseBusinessHours(after?.['businessHours']);
      return { orgId: entry.holder, hours: read.ok ? read.value : undefined };
    });
}

/** Waits for those who judge incidents by the hours before, and keeps others from beginning. Before any other lock, as they take it first too. */
export async function lockHours(client: pg.ClientBase, orgs: readonly Rehoured[]): Promise<void> {
  await lockKeys(
    client,
    orgs.map(({ orgId }) => hoursLockKey(orgId)),
  );
}

/** What is open is due by the new hours from its beginning on; what is resolved keeps the targets that it had. */
export async function moveTargets(client: pg.ClientBase, orgs: readonly Rehoured[]): Promise<void> {
  for (const { orgId, hours } of orgs) {
    const rows = (await loadOpen(client, orgId)).map(([id, history]) => {
      const { state } = folds.incident(history);
      const { responseDueAt, resolutionDueAt } = state ? dueInstants(state, hours) : {};
      return { id, response_due_at: textOf(responseDueAt), resolution_due_at: textOf(resolutionDueAt) };
    });
    await client.query(
      `update incident i set response_due_at = r.response_due_at, resolution_due_at = r.resolution_due_at
        from json_populate_recordset(null::incident, $2) r where i.org_id = $1 and i.id = r.id`,
      [orgId, JSON.stringify(rows)],
    );
  }
}

async function loadOpen(client: pg.ClientBase, orgId: string): Promise<[string, Occurred[]][]> {
  const { rows } = await client.query<{ incident: string; id: string; body: string }>(
    `select i.id as incident, e.id, e.body from incident i
      join event e on e.org_id = i.org_id and e.entity_kind = 'incident' and e.entity_id = i.id
      join event_verdict v on v.org_id = e.org_id and v.event_id = e.id and v.status = 'applied'
      where i.org_id = $1 and i.status <> 'resolved'`,
    [orgId],
  );
  const histories = new Map<string, Occurred[]>();
  for (const { incident, id: eventId, body } of rows) {
    const event = eventSchema.parse(JSON.parse(body));
    histories.set(incident, [...(histories.get(incident) ?? []), { eventId, event }]);
  }
  return [...histories];
}

function textOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
