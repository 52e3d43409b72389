import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import type { Done, StaffCommand } from './command.ts';
import { rateOrg } from './rate-org.ts';
import { tellEvent } from './tell-event.ts';

/**
 * Refunds a part of a purchase, or what is left of it: a line on the org's draft takes it off, and where more was refunded than bought the closing
 * of the month makes credit of it, with its entries in the ledger. Key: the command's event.
 */
export async function refundAddon(
  client: pg.ClientBase,
  command: StaffCommand,
  { purchaseId, amountMinor, versionSeen }: StaffCommandBody<'refund_addon'>,
): Promise<Done | Refusal> {
  const { orgId, at, reason } = command;
  const { rows } = await client.query<{ version: number; left: string | null; currency: string | null }>({
    text: `select version, (amount_minor - refunded_minor)::text as left, currency from addon_purchase where org_id = $1 and id = $2`,
    values: [orgId, purchaseId],
  });
  const [purchase] = rows;
  if (!purchase) return refusal('unknown_purchase');
  if (versionSeen !== undefined && versionSeen !== purchase.version) return refusal('changed_meanwhile');
  if (BigInt(amountMinor) === 0n) return refusal('amount_not_positive');
  if (BigInt(amountMinor) > BigInt(purchase.left ?? 0)) return refusal('refund_exceeds_left');
  const told = await tellEvent(client, command, {
    entity: { orgId, kind: 'addon', id: purchaseId },
    type: 'addon.refunded',
    data: { purchaseId, amountMinor: Number(amountMinor), reason },
    at,
  });
  if (isRefusal(told)) return told;
  const { currency } = purchase;
  return { result: { purchaseId, amountMinor, currency, ...told, isRated: await rateOrg(client, command) } };
}
