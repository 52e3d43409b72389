import type pg from 'pg';
import { instantText } from '../instant-text.ts';
import type { StaffCommand } from './command.ts';

/** What a command did to one thing. */
export interface Step {
  /** As events name it. */
  readonly kind: string;
  readonly id: string;
  readonly action: string;
  /** What was before and what is now, for the audit. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An Activity and an audit entry for each thing that a command changed, in its transaction. Key: command, thing and action. */
export async function recordSteps(client: pg.ClientBase, command: StaffCommand, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  const { orgId, id, actor, at } = command;
  await client.query({
    text: `insert into command_activity (org_id, command_id, entity_kind, entity_id, action, occurred_at, actor)
      select $1, $2, s.kind, s.id, s.action, $3, $4 from json_to_recordset($5) as s(kind text, id text, action text)`,
    values: [orgId, id, instantText(at), actor.actor, JSON.stringify(steps)],
  });
  await auditSteps(client, command, steps);
}

/** The audit entries alone: where an event that staff tell is the Activity. */
export async function auditSteps(
  client: pg.ClientBase,
  { orgId, id, actor, reason }: StaffCommand,
  steps: readonly Step[],
): Promise<void> {
  const entries = steps.map((step) => ({
    org_id: orgId,
    actor_type: actor.actorType,
    actor: actor.actor,
    action: step.action,
    subject: `${step.kind}/${step.id}`,
    detail: { ...step.detail, reason, command: id },
  }));
  if (entries.length > 0) await client.query('select append_audit($1)', [JSON.stringify(entries)]);
}
