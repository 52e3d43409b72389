import 'server-only';
import { inTenants } from '#prisma/pool';
import { orderCommand } from '../../actions/order-command.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { ai } from '../../messages/en-ai.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { monthOf } from './ai-alerts.service.ts';

/** Gives an organisation more credits for the running month. */
export function raiseLimit(
  staff: Staff,
  { orgId, ...told }: { orgId: string; credits: string; reason: string; id: string },
): Promise<OrderOutcome> {
  assertCan(staff, 'ai', 'limits');
  const { credits, reason, id } = told;
  return orderCommand(staff, { orgId, kind: 'raise_ai_limit', body: { credits }, reason, id });
}

/** Says who has seen an alert of the running month, or takes that back. @throws ActionRefused where it is so already */
export async function acknowledgeAlert(
  staff: Staff,
  { orgId, level, isWithdrawn }: { orgId: string; level: number; isWithdrawn: boolean },
): Promise<void> {
  assertCan(staff, 'ai', 'limits');
  await write(staff, orgId, isWithdrawn ? 'ai.acknowledgement_withdrawn' : 'ai.acknowledged', { level }, (month) => ({
    text: `update ai_alert set acknowledged_at = case when $4 then null else clock_timestamp() end, acknowledged_by = case when $4 then null else $5 end
      where org_id = $1 and month = $2 and level = $3 and (acknowledged_at is not null) = $4`,
    values: [orgId, month, level, isWithdrawn, staff.email],
  }));
}

/** Tells nobody of the organisation's alerts until the month ends, or tells again. @throws ActionRefused where it is so already */
export async function muteAlerts(staff: Staff, { orgId, isMuted }: { orgId: string; isMuted: boolean }): Promise<void> {
  assertCan(staff, 'ai', 'limits');
  await write(staff, orgId, isMuted ? 'ai.muted' : 'ai.unmuted', {}, (month) =>
    isMuted
      ? {
          text: `insert into ai_mute (org_id, month, muted_by, muted_at) select o.id, $2, $3, clock_timestamp() from org o where o.id = $1
            on conflict do nothing`,
          values: [orgId, month, staff.email],
        }
      : { text: 'delete from ai_mute where org_id = $1 and month = $2', values: [orgId, month] },
  );
}

/** With its entry in the audit, in one transaction; where nothing changes there is none. */
async function write(
  staff: Staff,
  orgId: string,
  action: string,
  detail: object,
  statementOf: (month: string) => { readonly text: string; readonly values: unknown[] },
): Promise<void> {
  const month = monthOf(now());
  const hasChanged = await inTenants(database().pool, [orgId], async (client) => {
    const { rowCount } = await client.query(statementOf(month));
    if (rowCount === 0) return false;
    const entry = { org_id: orgId, actor_type: 'staff', actor: staff.email, action, subject: `ai/${month}`, detail };
    await client.query('select append_audit($1)', [JSON.stringify([entry])]);
    return true;
  });
  if (!hasChanged) throw new ActionRefused('conflict', ai.actions.changed);
}
