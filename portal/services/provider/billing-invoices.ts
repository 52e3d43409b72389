import 'server-only';
import type { BilledStream } from '#domain/billing/streams';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import { chargedStatuses } from './billing-lists.ts';
import type { InvoiceFilters, InvoiceSource, InvoiceStatus } from './billing-lists.ts';
import type { Page } from './list-page.ts';
import { readList } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';
import type { Rolled } from './rolled-figures.ts';

export interface InvoiceRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly source: InvoiceSource;
  /** The tenant's own id, or the month and currency of a draft. */
  readonly ref: string;
  readonly number: string | undefined;
  readonly status: InvoiceStatus;
  /** What it has lines of. */
  readonly streams: readonly BilledStream[];
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
  readonly creditedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly issuedAt: number | undefined;
  readonly dueAt: number | undefined;
  readonly isParked: boolean;
  readonly version: number;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly source: InvoiceSource;
  readonly ref: string;
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly streams: readonly BilledStream[] | null;
  readonly currency: string;
  readonly total_minor: string;
  readonly paid_minor: string;
  readonly due_minor: string;
  readonly credited_minor: string;
  readonly refunded_minor: string;
  readonly issued_at: Date | null;
  readonly due_at: Date | null;
  readonly parked_at: Date | null;
  readonly version: number;
}

export const invoiceSums = {
  amount: { minor: 't.total_minor', currency: 't.currency' },
  net: { minor: '(t.total_minor - t.credited_minor)', currency: 't.currency' },
  due: { minor: 't.due_minor', currency: 't.currency' },
} satisfies Sums;

export const invoicesSource: ListSource<InvoiceFilters, Stored, InvoiceRow> = {
  table: 'listed_invoice',
  at: 'listed_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, sources, currencies }) => ({
    't.org_id': orgs,
    't.status': statuses,
    't.source': sources,
    't.currency': currencies,
  }),
  where: ({ q, streams }, bind) => [
    ...(streams.length === 0
      ? []
      : [
          `exists (select from invoice_line l where l.org_id = t.org_id and l.invoice_id = t.id and l.stream = any (${bind(streams)}))`,
        ]),
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (${foundInvoicesSql(q, bind)})`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.source, t.ref, t.number, t.status, s.streams, t.currency, t.total_minor::text, t.paid_minor::text,
    t.due_minor::text, t.credited_minor::text, t.refunded_minor::text, t.issued_at, t.due_at, t.parked_at, t.version`,
  joins: `join org o on o.id = t.org_id
    left join lateral (select array_agg(distinct l.stream) as streams from invoice_line l where l.org_id = t.org_id and l.invoice_id = t.id) s on true`,
  sums: invoiceSums,
  rolledSums: ({ q, orgs, statuses, sources, currencies, streams }) => {
    const isCharged = statuses.toSorted().join() === chargedStatuses.toSorted().join();
    if (!isCharged || q !== undefined || [sources, currencies, streams].some((words) => words.length > 0)) return {};
    const [amount, net] = [chargedDays(orgs, 'all.invoices.charged'), chargedDays(orgs, 'all.invoices.kept')];
    return { ...(amount && { amount: [amount] }), ...(net && { net: [net] }) };
  },
  rowOf,
};

/** What is charged is known by days of all organisations together. */
export function chargedDays(
  orgs: readonly string[],
  name: 'all.invoices.charged' | 'all.invoices.kept',
): Rolled | undefined {
  return orgs.length === 0 ? { counts: [`${name}:`], sums: [`${name}:`], orgs } : undefined;
}

/** By number, by id in every org, or by the tenant's own id. */
export function foundInvoicesSql(q: string, bind: Bind): string {
  const wanted = bind(q);
  return `select i.org_id, i.id from invoice i where i.number = ${wanted} and i.source = 'rated'
    union all select o.id, ${wanted} from org o
    union all select i.org_id, i.id from org o join invoice i on i.org_id = o.id and i.source = 'reported' and i.ref = ${wanted}`;
}

export async function listInvoices(staff: Staff, query: ListQuery<InvoiceFilters>): Promise<Page<InvoiceRow>> {
  assertCan(staff, 'billing');
  return readList(database().pool, invoicesSource, query);
}

function rowOf(stored: Stored, key: RowKey): InvoiceRow {
  const { org_id, org_name, number, issued_at, due_at, parked_at, streams } = stored;
  return {
    key,
    id: stored.id,
    org: { id: org_id, name: org_name },
    source: stored.source,
    ref: stored.ref,
    number: number ?? undefined,
    status: stored.status,
    streams: streams ?? [],
    currency: stored.currency,
    totalMinor: BigInt(stored.total_minor),
    paidMinor: BigInt(stored.paid_minor),
    dueMinor: BigInt(stored.due_minor),
    creditedMinor: BigInt(stored.credited_minor),
    refundedMinor: BigInt(stored.refunded_minor),
    issuedAt: issued_at?.getTime(),
    dueAt: due_at?.getTime(),
    isParked: parked_at !== null,
    version: stored.version,
  };
}
