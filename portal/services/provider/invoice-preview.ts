import 'server-only';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { formatMoney } from '../../format/numbers.ts';
import { formatMonth } from '../../format/times.ts';
import { leads } from '../../messages/en-leads.ts';
import { database } from '../../server/database.ts';
import { leadsList } from './leads-list.ts';
import { leadsSource } from './leads.service.ts';
import type { LeadRow } from './leads.service.ts';
import { readPicked } from './picked-rows.ts';

/** What adding leads to invoices would come to: per draft, of one organisation and currency. */
export interface InvoicePreview {
  readonly drafts: readonly {
    readonly org: string;
    /** A month of a draft that is there, or that one would be made. */
    readonly draft: string;
    readonly lines: string;
    readonly amount: string;
    /** Of the draft, before tax, with what it has already. */
    readonly total: string;
  }[];
  readonly addable: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** The largest amount in whole units of its currency, by which a confirmation is asked to be typed. */
  readonly largestMajor: number;
}

interface DraftSum {
  readonly org: string;
  readonly currency: string;
  readonly draft_id: string | null;
  readonly month: string | null;
  readonly count: number;
  readonly minor: string;
  readonly total: string;
  readonly major: number;
}

export async function previewInvoices(staff: Staff, picked: Picked): Promise<InvoicePreview> {
  assertCan(staff, 'leads', 'invoice');
  const { pool } = database();
  const rows = await readPicked(pool, leadsList, leadsSource, picked);
  const skipped = new Map<string, number>();
  const addable: LeadRow[] = [];
  for (const row of rows) {
    const reason = reasonAgainst(row);
    if (reason === undefined) addable.push(row);
    else skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  }
  // Where a conversion's month is closed, its line goes on the oldest open draft; where there is none of its month, one is made.
  const sums = await pool.query<DraftSum>(
    `with lead_of as (select l.org_id, l.fee_currency as currency, l.fee_minor, d.id as draft_id, d.period_start, d.subtotal_minor
       from unnest($1::text[], $2::text[]) p(org_id, id) join lead l on l.org_id = p.org_id and l.id = p.id
       left join lateral (select i.id, i.period_start, i.subtotal_minor from invoice i
         where i.org_id = l.org_id and i.currency = l.fee_currency and i.source = 'rated' and i.status = 'draft'
           and (i.period_end > l.converted_at and i.period_start <= l.converted_at or exists (select from invoice c
             where c.org_id = l.org_id and c.source = 'rated' and c.status <> 'draft'
               and c.period_start <= l.converted_at and c.period_end > l.converted_at))
         order by i.period_start limit 1) d on true)
     select o.name as org, x.currency, x.draft_id, to_char(x.period_start at time zone 'UTC' + interval '14 days', 'YYYY-MM') as month,
       count(*)::int as count, sum(x.fee_minor)::text as minor, (coalesce(max(x.subtotal_minor), 0) + sum(x.fee_minor))::text as total,
       (sum(x.fee_minor) / minor_per_major(x.currency))::float8 as major
     from lead_of x join org o on o.id = x.org_id group by o.id, o.name, x.currency, x.draft_id, x.period_start order by o.name, x.currency`,
    [addable.map(({ org }) => org.id), addable.map(({ id }) => id)],
  );
  return {
    drafts: sums.rows.map((sum) => ({
      org: sum.org,
      draft: sum.month === null ? leads.newDraft : leads.draftOf(formatMonth(sum.month)),
      lines: leads.lines(sum.count),
      amount: formatMoney(sum.minor, sum.currency),
      total: formatMoney(sum.total, sum.currency),
    })),
    addable: addable.length,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    largestMajor: Math.max(0, ...sums.rows.map(({ major }) => major)),
  };
}

function reasonAgainst(lead: LeadRow): string | undefined {
  if (lead.invoice) return leads.notAdded.already_billed;
  if (lead.status !== 'converted') return leads.notAdded.not_converted;
  if (lead.feeMinor === undefined) return leads.notAdded.unpriced;
  return lead.feeMinor === 0n ? leads.notAdded.free : undefined;
}
