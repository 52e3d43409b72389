import type pg from 'pg';
import { leadBilling, leadSourceKey } from '#domain/billing/leads';
import type { LeadAdded, StaffCommandBody } from '#domain/billing/staff-commands';
import { loadTerms } from '../billing/load-terms.ts';
import { writeLines } from '../billing/write-lines.ts';
import { bookDifferences } from '../rating/book-differences.ts';
import { loadBooked } from '../rating/load-booked.ts';
import { withFreeKeys } from '../rating/rate-sources.ts';
import { leadCharge, type LeadRow } from '../rating/single-sources.ts';
import { msOf } from '../instant-text.ts';
import type { Done, StaffCommand } from './command.ts';
import { recordSteps, type Step } from './record-steps.ts';

/**
 * Bills converted leads now, on the draft that the night's rating would put them on, and says of each what became of it.
 * Key: the line's source key. Whoever comes second, here or in the rating, finds the line under the org's lock.
 */
export async function addLeads(
  client: pg.ClientBase,
  command: StaffCommand,
  { leadIds }: StaffCommandBody<'add_leads'>,
): Promise<Done> {
  const { orgId, at } = command;
  const wanted = [...new Set(leadIds)];
  const leads = await readLeads(client, orgId, wanted);
  const before = await readBilled(client, orgId, wanted);
  const billable = [...leads.values()].filter((lead) => billingOf(lead) === 'billable' && !before.has(lead.id));
  const sources = billable.map(({ id }) => ({ orgId, source: leadSourceKey(id) }));
  const lines = bookDifferences(billable.flatMap(leadCharge), await loadBooked(client, sources));
  await writeLines(client, await loadTerms(client, [orgId]), await withFreeKeys(client, lines), at);
  const after = await readBilled(client, orgId, wanted);
  const outcomes = wanted.map((id) => outcomeOf(id, leads.get(id), before.get(id), after.get(id)));
  await recordSteps(client, command, outcomes.flatMap(stepOf));
  return { result: { leads: outcomes } };
}

function stepOf(lead: LeadAdded): Step[] {
  if (lead.outcome !== 'added') return [];
  const { leadId, invoiceId, amountMinor, currency } = lead;
  return [{ kind: 'lead', id: leadId, action: 'lead.invoiced', detail: { invoiceId, amountMinor, currency } }];
}

interface Billed {
  readonly invoiceId: string;
  readonly amountMinor: string;
  readonly currency: string;
}

async function readLeads(client: pg.ClientBase, orgId: string, ids: readonly string[]): Promise<Map<string, LeadRow>> {
  const { rows } = await client.query<LeadRow>({
    text: `select org_id, id, status, name, fee_minor, fee_currency, ${msOf('converted_at')} as converted_at
      from lead where org_id = $1 and id = any($2) order by id`,
    values: [orgId, ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** By lead: the invoice of its first line. */
async function readBilled(client: pg.ClientBase, orgId: string, ids: readonly string[]): Promise<Map<string, Billed>> {
  const { rows } = await client.query<{ source: string; invoice_id: string; minor: string; currency: string }>({
    text: `select distinct on (l.source) l.source, l.invoice_id, l.amount_minor as minor, i.currency
      from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
      where l.org_id = $1 and l.source = any($2) order by l.source, l.created_at, l.source_key`,
    values: [orgId, ids.map(leadSourceKey)],
  });
  const bySource = new Map(rows.map((row) => [row.source, row]));
  return new Map(
    ids.flatMap((id) => {
      const row = bySource.get(leadSourceKey(id));
      return row ? [[id, { invoiceId: row.invoice_id, amountMinor: row.minor, currency: row.currency }] as const] : [];
    }),
  );
}

function billingOf({ status, fee_minor }: LeadRow) {
  return leadBilling({
    status: status === 'converted' ? status : 'new',
    feeMinor: fee_minor === null ? undefined : Number(fee_minor),
  });
}

function outcomeOf(
  leadId: string,
  lead: LeadRow | undefined,
  before: Billed | undefined,
  after: Billed | undefined,
): LeadAdded {
  if (before) return { leadId, outcome: 'already_billed', invoiceId: before.invoiceId };
  if (!lead) return { leadId, outcome: 'unknown' };
  if (after) return { leadId, outcome: 'added', ...after };
  const billing = billingOf(lead);
  // A fee of 0 is billed by no line.
  return billing === 'billable' ? { leadId, outcome: 'free' } : { leadId, outcome: billing };
}
