import type pg from 'pg';
import { isLeadStatus, mayMoveLead, type LeadStatus } from '#domain/billing/lead-moves';
import { isRefusal, type Refusal } from '#domain/billing/refusals';
import type { LeadMoved, StaffCommandBody } from '#domain/billing/staff-commands';
import { instantText } from '../instant-text.ts';
import type { Done, StaffCommand } from './command.ts';
import { auditSteps, recordSteps, type Step } from './record-steps.ts';
import { tellEvents } from './tell-event.ts';

type MoveLeads = StaffCommandBody<'move_leads'>;

/**
 * Takes leads to a status of staff's choice, and says of each what became of it. A conversion is told as an event; the other steps stand beside
 * what events tell, until one tells of a conversion. Key: the lead's row, locked, and the status it has then; of a conversion its event.
 */
export async function moveLeads(
  client: pg.ClientBase,
  command: StaffCommand,
  body: MoveLeads,
): Promise<Done | Refusal> {
  const wanted = [...new Set(body.leadIds)];
  const statuses = await lockStatuses(client, command.orgId, wanted);
  const leads = wanted.map((leadId) => judge(leadId, statuses.get(leadId), body));
  const steps = leads.flatMap(stepOf);
  if (steps.length > 0) {
    const refused = body.to === 'converted' ? await convert(client, command, body, steps) : undefined;
    if (refused) return refused;
    if (body.to !== 'converted') await write(client, command, body.to, steps);
  }
  return { result: { leads } };
}

async function lockStatuses(client: pg.ClientBase, orgId: string, ids: readonly string[]) {
  const { rows } = await client.query<{ id: string; status: string }>({
    text: 'select id, status from lead where org_id = $1 and id = any($2) order by id for update',
    values: [orgId, ids],
  });
  return new Map(rows.flatMap(({ id, status }) => (isLeadStatus(status) ? [[id, status] as const] : [])));
}

function judge(leadId: string, from: LeadStatus | undefined, { to, statusSeen }: MoveLeads): LeadMoved {
  if (from === undefined) return { leadId, outcome: 'unknown' };
  if (from === to) return { leadId, outcome: 'unchanged', from };
  if (statusSeen !== undefined && statusSeen !== from) return { leadId, outcome: 'changed', from };
  if (!mayMoveLead(from, to)) return { leadId, outcome: 'not_allowed', from };
  return { leadId, outcome: 'moved', from, to };
}

function stepOf(lead: LeadMoved): Step[] {
  if (lead.outcome !== 'moved') return [];
  const { leadId: id, from, to } = lead;
  return [{ kind: 'lead', id, action: `lead.${to}`, detail: { from, to } }];
}

async function convert(
  client: pg.ClientBase,
  command: StaffCommand,
  { fee }: MoveLeads,
  steps: readonly Step[],
): Promise<Refusal | undefined> {
  const { orgId, at } = command;
  const priced = fee && { feeMinor: Number(fee.minor), currency: fee.currency };
  const told = await tellEvents(
    client,
    command,
    steps.map(({ id }) => ({
      entity: { orgId, kind: 'lead', id },
      type: 'lead.converted',
      data: { leadId: id, ...priced },
      at,
    })),
  );
  if (isRefusal(told)) return told;
  await auditSteps(client, command, steps);
  return undefined;
}

/** Each step keeps its instant; a step back forgets those after it. */
async function write(client: pg.ClientBase, command: StaffCommand, to: LeadStatus, steps: readonly Step[]) {
  await client.query({
    text: `update lead set status = $3, staff_status = nullif($3, 'new'),
        contacted_at = case $3 when 'new' then null when 'contacted' then coalesce(contacted_at, $4) else contacted_at end,
        qualified_at = case when $3 in ('new', 'contacted') then null when $3 = 'qualified' then coalesce(qualified_at, $4) else qualified_at end,
        disqualified_at = case $3 when 'disqualified' then $4::timestamptz end,
        disqualified_reason = case $3 when 'disqualified' then $5 end
      where org_id = $1 and id = any($2)`,
    values: [command.orgId, steps.map(({ id }) => id), to, instantText(command.at), command.reason],
  });
  await recordSteps(client, command, steps);
}
