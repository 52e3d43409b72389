import 'server-only';
import type { LeadStatus } from '#domain/billing/lead-moves';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { visibleText } from '../../format/visible-text.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { literally } from './found-rows.ts';
import { everConverted } from './leads-list.ts';
import type { LeadBilling, LeadFilters, ShownStatus } from './leads-list.ts';
import { bigOf } from './list-page.ts';
import type { RolledSums } from './large-sums.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

export interface LeadRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly name: string | undefined;
  readonly company: string | undefined;
  readonly email: string | undefined;
  readonly source: string | undefined;
  readonly status: LeadStatus;
  readonly valueMinor: bigint | undefined;
  readonly currency: string | undefined;
  readonly feeMinor: bigint | undefined;
  readonly feeCurrency: string | undefined;
  readonly convertedAt: number | undefined;
  readonly contactedAt: number | undefined;
  readonly qualifiedAt: number | undefined;
  readonly disqualified: { readonly at: number; readonly reason: string } | undefined;
  /** As the tenant told it with the lead, in `meta.qualityScore`. */
  readonly score: string | undefined;
  /** The invoice that bills it. */
  readonly invoice: { readonly id: string; readonly number: string | undefined } | undefined;
}

export interface LeadDetail extends LeadRow {
  readonly phone: string | undefined;
  readonly entity: EntityDetail;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly name: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly source: string | null;
  readonly status: LeadStatus;
  readonly value_minor: string | null;
  readonly currency: string | null;
  readonly fee_minor: string | null;
  readonly fee_currency: string | null;
  readonly converted_at: Date | null;
  readonly contacted_at: Date | null;
  readonly qualified_at: Date | null;
  readonly disqualified_at: Date | null;
  readonly disqualified_reason: string | null;
  readonly score: string | null;
  readonly invoice_id: string | null;
  readonly invoice_number: string | null;
}

const foundMax = 1_000;

export const leadSums = {
  fee: { minor: 't.fee_minor', currency: 't.fee_currency' },
  value: { minor: 't.value_minor', currency: 't.currency' },
} satisfies Sums;

/** As the organisation tells it, where that is a number. */
export const scoreSql = `case when jsonb_typeof(t.meta -> 'qualityScore') = 'number' then left(t.meta ->> 'qualityScore', 12) end`;

export const leadsSource: ListSource<LeadFilters, Stored, LeadRow & { readonly phone: string | undefined }> = {
  table: 'lead',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, sources }) => ({ 't.org_id': orgs, 't.source': sources, 't.status': storedOf(statuses) }),
  ofValue: ({ statuses }, column, value) =>
    column === 't.status' && value === 'converted' ? billedOrNot(statuses) : [],
  where: conditionsOf,
  columns: `t.id, t.org_id, o.name as org_name, t.name, t.company, t.email, t.phone, t.source, t.status, t.value_minor::text, t.currency,
    t.fee_minor::text, t.fee_currency, t.converted_at, t.contacted_at, t.qualified_at, t.disqualified_at, t.disqualified_reason,
    ${scoreSql} as score,
    b.invoice_id, b.number as invoice_number`,
  joins: `join org o on o.id = t.org_id
    left join lateral (select l.invoice_id, i.number from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
      where t.is_billed and l.org_id = t.org_id and l.source = 'lead:' || t.id order by l.created_at limit 1) b on true`,
  sums: leadSums,
  rolledSums: rolledFees,
  rowOf,
};

export const unbilledDays = { counts: ['leads.unbilled'], sums: ['leads.unbilled'] };

/** Figures of days have the fees of all that is not billed. */
function rolledFees(filters: LeadFilters, window: Window | undefined): RolledSums {
  const { q, orgs, statuses, sources, billings, min, max, converted } = filters;
  const isNarrowed = sources.length > 0 || [window, q, min, max, converted].some((one) => one !== undefined);
  const isUnbilled = statuses.join() === 'converted' && billings.join() === 'unbilled';
  return isUnbilled && !isNarrowed ? { fee: [{ ...unbilledDays, orgs }] } : {};
}

export async function listLeads(staff: Staff, query: ListQuery<LeadFilters>): Promise<Page<LeadRow>> {
  assertCan(staff, 'leads');
  return readList(database().pool, leadsSource, query);
}

export async function getLead(staff: Staff, id: string): Promise<LeadDetail | undefined> {
  assertCan(staff, 'leads');
  const { pool } = database();
  const row = await readOne(pool, leadsSource, id);
  if (!row) return undefined;
  const entity = { org: row.org.id, id: row.id, table: 'lead', kind: 'lead', source: `lead:${row.id}` } as const;
  return { ...row, entity: await readEntity(pool, entity) };
}

/** What the source filter offers: the values seen in the data. */
export async function listLeadSources(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'leads');
  return distinctValues(database().pool, 'lead', 'source');
}

const billed: Record<LeadBilling, string> = {
  unbilled: "(t.status = 'converted' and not t.is_billed)",
  unpriced: "(t.status = 'converted' and t.fee_minor is null)",
};

/** What is stored of the statuses that are shown. */
function storedOf(statuses: readonly ShownStatus[]): readonly LeadStatus[] {
  return [...new Set(statuses.map((status) => (status === 'invoiced' ? 'converted' : status)))];
}

/** Which of the converted leads are meant, where not all of them are or none is. */
function billedOrNot(statuses: readonly ShownStatus[]): readonly string[] {
  const [hasConverted, hasInvoiced] = everConverted.map((one) => statuses.includes(one));
  if (hasConverted === hasInvoiced) return [];
  return [hasInvoiced ? 't.is_billed' : 'not t.is_billed'];
}

function conditionsOf({ q, statuses, billings, min, max, converted }: LeadFilters, bind: Bind): readonly string[] {
  const inMajor = `t.value_minor::numeric / minor_per_major(t.currency)`;
  return [
    ...billedOrNot(statuses).map((one) => `(t.status <> 'converted' or ${one})`),
    ...(billings.length === 0 ? [] : [`(${billings.map((one) => billed[one]).join(' or ')})`]),
    ...(converted ? convertedWithin(converted.window, bind) : []),
    ...(min === undefined ? [] : [`${inMajor} >= ${bind(min)}::numeric`]),
    ...(max === undefined ? [] : [`${inMajor} <= ${bind(max)}::numeric`]),
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (${foundSql(q, bind)})`]),
  ];
}

function convertedWithin({ from, to }: Span, bind: Bind): readonly string[] {
  return [
    `t.status = 'converted' and t.converted_at >= ${bind(new Date(from))} and t.converted_at < ${bind(new Date(to))}`,
  ];
}

/** By the beginning of the id in every org, or by a part of company or e-mail: each by an index of its own, a thousand matches at most. */
function foundSql(q: string, bind: Bind): string {
  const part = bind(`%${literally(q)}%`);
  const some = (column: string) =>
    `(select f.org_id, f.id from lead f where f.${column} ilike ${part} and f.status is not null limit ${foundMax})`;
  return `(select f.org_id, f.id from org o cross join lateral (select s.org_id, s.id from lead s
      where s.org_id = o.id and starts_with(s.id, ${bind(q)}) order by s.id limit ${foundMax}) f limit ${foundMax}) union all ${some('company')} union all ${some('email')}`;
}

function rowOf(stored: Stored, key: RowKey): LeadRow & { readonly phone: string | undefined } {
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    name: visibleText(stored.name),
    company: visibleText(stored.company),
    email: visibleText(stored.email),
    phone: stored.phone ?? undefined,
    source: stored.source ?? undefined,
    status: stored.status,
    valueMinor: bigOf(stored.value_minor),
    currency: stored.currency ?? undefined,
    feeMinor: bigOf(stored.fee_minor),
    feeCurrency: stored.fee_currency ?? undefined,
    convertedAt: stored.converted_at?.getTime(),
    contactedAt: stored.contacted_at?.getTime(),
    qualifiedAt: stored.qualified_at?.getTime(),
    disqualified:
      stored.status === 'disqualified' && stored.disqualified_at
        ? { at: stored.disqualified_at.getTime(), reason: stored.disqualified_reason ?? '' }
        : undefined,
    score: stored.score ?? undefined,
    invoice:
      stored.invoice_id === null ? undefined : { id: stored.invoice_id, number: stored.invoice_number ?? undefined },
  };
}
