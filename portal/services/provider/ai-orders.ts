import 'server-only';
import { orderCommand } from '../../actions/order-command.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { ai } from '../../messages/en-ai.ts';
import { now } from '../../server/now.ts';
import { changeAlerts } from './ai-alert-writes.ts';
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
  await change(staff, orgId, {
    action: isWithdrawn ? 'ai.acknowledgement_withdrawn' : 'ai.acknowledged',
    levels: [level],
  });
}

/** Tells nobody of the organisation's alerts until the month ends, or tells again. @throws ActionRefused where it is so already */
export async function muteAlerts(staff: Staff, { orgId, isMuted }: { orgId: string; isMuted: boolean }): Promise<void> {
  assertCan(staff, 'ai', 'limits');
  await change(staff, orgId, { action: isMuted ? 'ai.muted' : 'ai.unmuted' });
}

async function change(
  staff: Staff,
  orgId: string,
  of: Pick<Parameters<typeof changeAlerts>[1], 'action' | 'levels'>,
): Promise<void> {
  const changed = await changeAlerts(staff, { ...of, month: monthOf(now()), orgIds: [orgId] });
  if (changed.length === 0) throw new ActionRefused('conflict', ai.actions.changed);
}
