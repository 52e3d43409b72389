import 'server-only';
import type pg from 'pg';
import { orderCommand } from '../../actions/order-command.ts';
import type { PortalOrder } from '../../actions/order-command.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { formatDuration } from '../../format/times.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';

/** Orders a change of a thing that its member looked at. @throws ActionRefused where somebody has changed it since, with whom */
export async function orderOfSeen(staff: Staff, order: PortalOrder, subject: string): Promise<OrderOutcome> {
  const outcome = await orderCommand(staff, order);
  if (outcome.outcome === 'refused' && outcome.code === 'changed_meanwhile')
    throw new ActionRefused('conflict', await lastChange(database().pool, order.orgId, subject));
  return outcome;
}

/** "Changed by dana@example.org 12 s ago", as the audit has it. */
export async function lastChange(pool: pg.Pool, orgId: string, subject: string): Promise<string> {
  const { rows } = await pool.query<{ actor: string; ago: number }>(
    `select actor, greatest(0, extract(epoch from clock_timestamp() - at) * 1000)::float8 as ago from audit_log
     where subject = $2 and org_id = $1 and outcome = 'ok' order by at desc limit 1`,
    [orgId, subject],
  );
  const [change] = rows;
  return change
    ? messages.actions.changedBy(change.actor, formatDuration(change.ago))
    : messages.actions.refusals.conflict;
}
