import type pg from 'pg';
import { eventTypes, isEventType } from '#domain/event-types';
import { rejections } from '#domain/rejections';
import { codeOfVerdict, type Decided } from './decide.ts';
import { instantText } from './instant-text.ts';
import type { StoredEvent } from './load-events.ts';

/**
 * One statement for what every verdict leaves behind: the verdict, its Activity, its audit entry, and the queue without it.
 * Keys: verdict and queue (org, event); Activity (event, entity, action); audit (org, event, number of the verdict).
 */
export async function writeVerdicts(
  client: pg.ClientBase,
  decided: readonly Decided[],
  workflowId: string,
): Promise<void> {
  await client.query({
    name: 'write-verdicts',
    text: `with verdict as (
        insert into event_verdict as t (org_id, event_id, status, verdicts, decided_at, received_at, rejection_code, rejection, workflow_id)
        select org_id, event_id, status, verdicts, clock_timestamp(), received_at, rejection_code, rejection, workflow_id
        from json_populate_recordset(null::event_verdict, $1) order by org_id, event_id
        on conflict (org_id, event_id) do update set status = excluded.status, verdicts = excluded.verdicts, decided_at = excluded.decided_at,
          rejection_code = excluded.rejection_code, rejection = excluded.rejection, workflow_id = excluded.workflow_id),
      queue as (
        delete from event_pending p using json_populate_recordset(null::event_pending, $1) done
        where p.org_id = done.org_id and p.event_id = done.event_id),
      gone as (
        delete from activity a using json_populate_recordset(null::event_verdict, $1) done
        where a.org_id = done.org_id and a.event_id = done.event_id and done.status = 'rejected' and done.verdicts > 1),
      timeline as (
        insert into activity (org_id, event_id, entity_kind, entity_id, action, occurred_at)
        select org_id, event_id, entity_kind, entity_id, action, occurred_at from json_populate_recordset(null::activity, $2)
        on conflict do nothing)
      select append_audit($3)`,
    values: [
      JSON.stringify(decided.map((one) => verdictRow(one, workflowId))),
      JSON.stringify(decided.filter(({ verdict }) => verdict.status === 'applied').map(activityRow)),
      JSON.stringify(decided.map((one) => auditEntry(one, workflowId))),
    ],
  });
}

function verdictRow({ stored, verdict }: Decided, workflowId: string) {
  const code = codeOfVerdict(verdict);
  return {
    org_id: stored.orgId,
    event_id: stored.eventId,
    status: verdict.status,
    verdicts: timesDecided(stored),
    received_at: instantText(stored.receivedAt),
    rejection_code: code,
    rejection: code && rejections[code],
    workflow_id: workflowId,
  };
}

function activityRow({ stored }: Decided) {
  const { kind, id } = subjectOfStored(stored);
  return {
    org_id: stored.orgId,
    event_id: stored.eventId,
    entity_kind: kind,
    entity_id: id,
    action: stored.type,
    occurred_at: instantText(stored.occurredAt),
  };
}

function auditEntry({ stored, verdict }: Decided, workflowId: string) {
  const { kind, id } = subjectOfStored(stored);
  const code = codeOfVerdict(verdict);
  return {
    org_id: stored.orgId,
    ...actorOf(stored, workflowId),
    action: `event.${verdict.status}`,
    subject: `${kind}/${id}`,
    event_id: stored.eventId,
    verdict: timesDecided(stored),
    outcome: verdict.status === 'applied' ? 'ok' : 'rejected',
    detail: {
      type: stored.type,
      ...stored.source,
      run: workflowId,
      ...(code ? { code } : {}),
      ...(stored.decided ? { before: stored.decided.verdict } : {}),
    },
  };
}

/** Who told it, unless it is judged anew because of something else, or its order says whose it is. */
function actorOf({ source: { keyId }, decided }: StoredEvent, workflowId: string) {
  return decided || keyId === undefined
    ? { actor_type: 'system', actor: workflowId }
    : { actor_type: 'key', actor: keyId };
}

function timesDecided(stored: StoredEvent): number {
  return (stored.decided?.times ?? 0) + 1;
}

function subjectOfStored(stored: StoredEvent): { kind: string; id: string } {
  if (stored.entity) return stored.entity;
  const kind = isEventType(stored.type) ? eventTypes[stored.type].kind : 'usage';
  return { kind, id: stored.eventId };
}
