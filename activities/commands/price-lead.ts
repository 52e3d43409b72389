import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import type { Done, StaffCommand } from './command.ts';
import { recordSteps } from './record-steps.ts';

/** Sets the fee of a lead whose own events tell none; it is billed from then on. Key: the lead. */
export async function priceLead(
  client: pg.ClientBase,
  command: StaffCommand,
  { leadId, feeMinor, currency, versionSeen, feeSeen }: StaffCommandBody<'price_lead'>,
): Promise<Done | Refusal> {
  const { orgId } = command;
  const lead = await lockLead(client, orgId, leadId);
  if (!lead) return refusal('unknown_lead');
  const { version, is_told: isTold, minor, fee_currency: before } = lead;
  if (versionSeen !== undefined && version !== versionSeen) return refusal('changed_meanwhile');
  // Staff who price leave the version as it is: that counts the tenant's events.
  if (feeSeen !== undefined && (feeSeen?.minor ?? null) !== minor) return refusal('changed_meanwhile');
  if (feeSeen && feeSeen.currency !== before) return refusal('changed_meanwhile');
  if (isTold) return refusal('lead_has_fee');
  await client.query({
    text: `update lead set priced_minor = $3, priced_currency = $4, fee_minor = $3, fee_currency = $4 where org_id = $1 and id = $2`,
    values: [orgId, leadId, feeMinor, currency],
  });
  const from = minor === null ? null : { feeMinor: minor, currency: before };
  await recordSteps(client, command, [
    { kind: 'lead', id: leadId, action: 'lead.priced', detail: { from, to: { feeMinor, currency } } },
  ]);
  return { result: { leadId, feeMinor, currency } };
}

interface PricedLead {
  readonly version: number;
  readonly is_told: boolean;
  readonly minor: string | null;
  readonly fee_currency: string | null;
}

async function lockLead(client: pg.ClientBase, orgId: string, leadId: string): Promise<PricedLead | undefined> {
  const { rows } = await client.query<PricedLead>({
    text: `select version, fee_minor is not null and priced_minor is null as is_told, fee_minor::text as minor, fee_currency
      from lead where org_id = $1 and id = $2 for update`,
    values: [orgId, leadId],
  });
  return rows[0];
}
