import 'server-only';
import { z } from 'zod';
import { leadStatuses } from '#domain/billing/lead-moves';
import type { LeadStatus } from '#domain/billing/lead-moves';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import { orderBatches } from '../../actions/order-batches.ts';
import type { BatchRow } from '../../actions/order-batches.ts';
import { orderCommand } from '../../actions/order-command.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { formatMoney } from '../../format/numbers.ts';
import { leads } from '../../messages/en-leads.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';
import { lastChange, orderOfSeen } from './last-change.ts';
import { leadsList } from './leads-list.ts';
import { leadsSource } from './leads.service.ts';
import type { LeadRow } from './leads.service.ts';
import { readOne } from './list-source.ts';
import { readPicked } from './picked-rows.ts';

const Status = z.enum(leadStatuses);
const Moved = z.object({
  leads: z.array(z.object({ leadId: z.string(), outcome: z.string(), from: Status.optional() })),
});
const Added = z.object({
  leads: z.array(
    z.object({
      leadId: z.string(),
      outcome: z.string(),
      amountMinor: z.string().optional(),
      currency: z.string().optional(),
    }),
  ),
});

interface Told {
  readonly reason: string;
  readonly id: string;
}

interface OneMove extends Told {
  readonly row: string;
  readonly to: LeadStatus;
  readonly statusSeen: LeadStatus;
  readonly fee?: Fee | undefined;
}

interface Fee {
  readonly minor: string;
  readonly currency: string;
}

/** Takes one lead a step further, or back. @throws ActionRefused where it has another status than was seen, or may not take the step */
export async function moveLead(staff: Staff, { row, reason, id, ...step }: OneMove): Promise<OrderOutcome> {
  const { to } = step;
  assertCan(staff, 'leads', to === 'disqualified' ? 'disqualify' : 'convert');
  const lead = await load(row);
  const body = { leadIds: [lead.id], ...step };
  const outcome = await orderCommand(staff, { orgId: lead.org.id, kind: 'move_leads', body, reason, id });
  if (outcome.outcome !== 'done') return outcome;
  const became = Moved.parse(outcome.result).leads[0];
  if (became?.outcome === 'changed')
    throw new ActionRefused('conflict', await lastChange(database().pool, lead.org.id, `lead/${lead.id}`));
  if (became?.outcome === 'not_allowed') throw new ActionRefused('refused', leads.notAllowed(became.from ?? to, to));
  return outcome;
}

/** Takes all that are picked to a status; what is elsewhere already, or cannot get there, is skipped with the reason. */
export async function moveLeads(staff: Staff, to: LeadStatus, picked: Picked, told: Told): Promise<BulkResult> {
  assertCan(staff, 'leads', to === 'disqualified' ? 'disqualify' : 'convert');
  const rows = await readPicked(database().pool, leadsList, leadsSource, picked);
  const items = await orderBatches(
    staff,
    {
      ...told,
      kind: 'move_leads',
      bodyOf: (leadIds) => ({ leadIds, to }),
      becameOf: (result, leadId) => {
        const lead = Moved.parse(result).leads.find((one) => one.leadId === leadId);
        if (lead?.outcome === 'moved') return { became: 'done', note: leads.statuses[to] };
        return { became: 'skipped', note: lead?.from ? leads.notAllowed(lead.from, to) : leads.unknown };
      },
    },
    rows.map(batchRow),
  );
  return { items };
}

/** Puts converted leads on the drafts that they belong to. */
export async function invoiceLeads(staff: Staff, picked: Picked, told: Told): Promise<BulkResult> {
  assertCan(staff, 'leads', 'invoice');
  const rows = await readPicked(database().pool, leadsList, leadsSource, picked);
  const items = await orderBatches(
    staff,
    { ...told, kind: 'add_leads', bodyOf: (leadIds) => ({ leadIds }), becameOf: addedOf },
    rows.map(batchRow),
  );
  return { items };
}

function addedOf(result: unknown, leadId: string): Pick<BulkItem, 'became' | 'note'> {
  const lead = Added.parse(result).leads.find((one) => one.leadId === leadId);
  if (lead?.outcome === 'added') return { became: 'done', note: formatMoney(lead.amountMinor ?? '0', lead.currency) };
  const known = notAdded.find((outcome) => outcome === lead?.outcome) ?? 'unknown';
  return { became: 'skipped', note: leads.notAdded[known] };
}

const notAdded = ['already_billed', 'unpriced', 'free', 'not_converted', 'unknown'] as const;

/** Sets what a lead is billed at, where its organisation told nothing and nobody set anything. @throws ActionRefused where somebody has */
export async function priceLead(
  staff: Staff,
  { row, fee, reason, id }: Told & { readonly row: string; readonly fee: Fee },
): Promise<OrderOutcome> {
  assertCan(staff, 'leads', 'invoice');
  const lead = await load(row);
  const body = { leadId: lead.id, feeMinor: fee.minor, currency: fee.currency, feeSeen: null };
  return orderOfSeen(staff, { orgId: lead.org.id, kind: 'price_lead', body, reason, id }, `lead/${lead.id}`);
}

async function load(row: string): Promise<LeadRow> {
  const lead = await readOne(database().pool, leadsSource, row);
  if (lead) return lead;
  throw new ActionRefused('conflict', messages.lists.goneText);
}

function batchRow({ key, org, id, company, name, email }: LeadRow): BatchRow {
  return { key: key.id, orgId: org.id, id, label: company ?? name ?? email ?? id };
}
