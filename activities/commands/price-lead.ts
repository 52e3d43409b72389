import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import type { Done, StaffCommand } from './command.ts';

/** Sets the fee of a lead whose own events tell none; it is billed from then on. Key: the lead. */
export async function priceLead(
  client: pg.ClientBase,
  { orgId }: StaffCommand,
  { leadId, feeMinor, currency, versionSeen }: StaffCommandBody<'price_lead'>,
): Promise<Done | Refusal> {
  const { rows } = await client.query<{ version: number; is_told: boolean }>({
    text: `select version, fee_minor is not null and priced_minor is null as is_told from lead where org_id = $1 and id = $2 for update`,
    values: [orgId, leadId],
  });
  const [lead] = rows;
  if (!lead) return refusal('unknown_lead');
  if (versionSeen !== undefined && lead.version !== versionSeen) return refusal('changed_meanwhile');
  if (lead.is_told) return refusal('lead_has_fee');
  await client.query({
    text: `update lead set priced_minor = $3, priced_currency = $4, fee_minor = $3, fee_currency = $4 where org_id = $1 and id = $2`,
    values: [orgId, leadId, feeMinor, currency],
  });
  return { result: { leadId, feeMinor, currency } };
}
