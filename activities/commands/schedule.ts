import type pg from 'pg';
import { isRefusal } from '#domain/billing/refusals';
import type { EpochMs } from '#domain/instants';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { dueIds } from '../collection/due-ids.ts';
import { invoiceOf, orgOf } from '../collection/names.ts';
import { instantText, msOf } from '../instant-text.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { lockEntities } from '../load-events.ts';
import type { StaffCommand } from './command.ts';
import { rateOrg } from './rate-org.ts';
import { tellEvent, type Telling } from './tell-event.ts';

/** Keeps what is to be told of a subscription at a later instant. Key: the command. */
export async function schedule(
  client: pg.ClientBase,
  { orgId, id }: StaffCommand,
  { entity, type, data, at }: Telling,
): Promise<void> {
  await client.query({
    text: `insert into subscription_schedule (org_id, command_id, subscription_id, change, due_at, told) values ($1, $2, $3, $4, $5, $6)`,
    values: [
      orgId,
      id,
      entity.id,
      type === 'subscription.canceled' ? 'cancel' : 'plan',
      instantText(at),
      JSON.stringify(data),
    ],
  });
}

/** Takes back what waits of these kinds; gives how much that was. */
export async function withdraw(
  client: pg.ClientBase,
  orgId: string,
  subscriptionId: string,
  changes: readonly ('plan' | 'cancel')[],
): Promise<number> {
  const { rowCount } = await client.query({
    text: `update subscription_schedule set state = 'withdrawn'
      where org_id = $1 and subscription_id = $2 and state = 'waiting' and change = any($3)`,
    values: [orgId, subscriptionId, changes],
  });
  return rowCount ?? 0;
}

/** Tells what was ordered for a renewal that is there now. Key: the order's row, which leaves `waiting` once. */
export function schedulePhase(db: pg.Pool): JobPhase {
  return {
    name: 'schedule',
    setSize: 1,
    orgOf,
    due: (slot, range) => dueIds(db, 'due_for_schedule', slot.at, range),
    async apply(ids, slot) {
      let told = 0;
      for (const id of ids) {
        const { orgId, invoiceId: commandId } = invoiceOf(id);
        told += await inTenants(db, [orgId], (client) => tellDue(client, orgId, commandId, slot.at), keyedPlans);
      }
      return { told };
    },
  };
}

interface DueRow {
  subscription_id: string;
  change: 'plan' | 'cancel';
  told: Record<string, unknown>;
  due_ms: number;
  actor: string;
  reason: string;
  has_ended: boolean;
}

/** What has ended meanwhile is left alone, also where it began again, and the order dropped. */
async function tellDue(client: pg.ClientBase, orgId: string, commandId: string, slotAt: EpochMs): Promise<number> {
  const known = await readDue(client, orgId, commandId);
  if (!known) return 0;
  const entity = { orgId, kind: 'subscription', id: known.subscription_id } as const;
  await lockEntities(client, [entity]);
  await lockOrgs(client, [orgId]);
  const row = await readDue(client, orgId, commandId);
  if (!row) return 0;
  const at = Math.round(row.due_ms);
  const isEnd = row.change === 'cancel';
  const command: StaffCommand = {
    orgId,
    id: commandId,
    kind: isEnd ? 'cancel_subscription' : 'change_plan',
    reason: row.reason,
    at,
    doneAt: slotAt,
    actor: { actorType: 'staff', actor: row.actor },
    channels: [],
  };
  const type = isEnd ? 'subscription.canceled' : 'subscription.updated';
  const isTold = !row.has_ended && (await tellOrUndo(client, command, { entity, type, data: row.told, at }));
  await close(client, command, isTold);
  if (isTold) await rateOrg(client, { orgId, at: slotAt });
  return isTold ? 1 : 0;
}

async function readDue(client: pg.ClientBase, orgId: string, commandId: string): Promise<DueRow | undefined> {
  const { rows } = await client.query<DueRow>({
    text: `select s.subscription_id, s.change, s.told, ${msOf('s.due_at')} as due_ms, c.actor, c.reason,
        t.status = 'canceled' or exists (select from subscription_change x where x.org_id = s.org_id and x.subscription_id = s.subscription_id
          and x.status = 'canceled' and x.changed_at >= c.created_at and x.changed_at < s.due_at) as has_ended
      from subscription_schedule s join staff_command c on c.org_id = s.org_id and c.id = s.command_id
        join subscription t on t.org_id = s.org_id and t.id = s.subscription_id
      where s.org_id = $1 and s.command_id = $2 and s.state = 'waiting'`,
    values: [orgId, commandId],
  });
  return rows[0];
}

async function tellOrUndo(client: pg.ClientBase, command: StaffCommand, telling: Telling): Promise<boolean> {
  await client.query('savepoint telling');
  const told = await tellEvent(client, command, telling);
  if (!isRefusal(told)) return true;
  await client.query('rollback to savepoint telling');
  return false;
}

async function close(
  client: pg.ClientBase,
  { orgId, id, actor, reason }: StaffCommand,
  isTold: boolean,
): Promise<void> {
  await client.query('update subscription_schedule set state = $3 where org_id = $1 and command_id = $2', [
    orgId,
    id,
    isTold ? 'told' : 'dropped',
  ]);
  const entry = {
    org_id: orgId,
    actor_type: actor.actorType,
    actor: actor.actor,
    action: isTold ? 'schedule.told' : 'schedule.dropped',
    subject: `command/${id}`,
    outcome: isTold ? 'ok' : 'rejected',
    detail: { reason },
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}
