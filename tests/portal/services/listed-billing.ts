import { billingKpis } from '#portal/app/(provider)/provider/billing/kpis';
import type { Staff } from '#portal/auth/session';
import type { ListQuery } from '#portal/lists/define-list';
import type { Window } from '#portal/lists/windows';
import { paths } from '#portal/paths';
import { getCredit, listCredits } from '#portal/services/provider/billing-credits';
import { getOverdue, listOverdue } from '#portal/services/provider/billing-dunning';
import { getInvoice } from '#portal/services/provider/billing-invoice-detail';
import { listInvoices } from '#portal/services/provider/billing-invoices';
import {
  creditsList,
  dunningList,
  invoicesList,
  paymentsList,
  reconciliationList,
  unbilledList,
} from '#portal/services/provider/billing-lists';
import { getPayment, listPayments } from '#portal/services/provider/billing-payments';
import { getCell, listCells } from '#portal/services/provider/billing-reconciliation';
import { listUnbilled, summarizeBilling } from '#portal/services/provider/billing.service';
import { getLead } from '#portal/services/provider/leads.service';
import { listed, ordered } from './listing.ts';
import type { Listed } from './listing.ts';

const summarize = <F extends { readonly orgs: readonly string[] }>(
  staff: Staff,
  { filters }: ListQuery<F>,
  window: Window,
) => summarizeBilling(staff, filters.orgs, window);
const figured = { summarize, kpis: billingKpis };
const billed = "exists (select from invoice_line l where l.org_id = t.org_id and l.source_key = 'lead:' || t.id)";
const line = (stream: string) =>
  `exists (select from invoice_line l where l.org_id = t.org_id and l.invoice_id = t.id and l.stream = '${stream}')`;
const overdue = "due_at < '2026-11-24'";
const ofCase = 'exists (select from dunning_case c where c.org_id = t.org_id and c.invoice_id = t.id and';
const monthId = "org_id || ':' || (extract(epoch from month_at) * 1000)::bigint || ':' || cell";
const anInvoice = (
  id: string,
) => `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, total_minor, due_minor, issued_at, due_at, created_at, version)
  values ('org-1', '${id}', 'rated', '${id}', 'open', 'EUR', 5, 5, 5`;

export const billingLists: readonly Listed[] = [
  listed({
    ...figured,
    name: 'invoices',
    path: paths.invoices,
    list: invoicesList,
    read: listInvoices,
    get: getInvoice,
    // What streams an invoice has is looked up invoice by invoice.
    plannedApart: ['ai'],
    oracle: ordered('invoice', 'coalesce(issued_at, created_at)', 'id'),
    filters: [
      [{ org: 'org-1,org-3' }, "org_id in ('org-1', 'org-3')"],
      [{ status: 'open,uncollectible' }, "status in ('open', 'uncollectible')"],
      [{ stream: 'ai' }, line('ai')],
      [{ currency: 'JPY', status: 'open' }, "currency = 'JPY' and status = 'open'"],
      [{ source: 'reported', org: 'org-3' }, "source = 'reported' and org_id = 'org-3'"],
      [{ q: 'N-7' }, "number = 'N-7'"],
    ],
    add: `${anInvoice('later')}, now() + interval '99 days', null, now(), 1)`,
  }),
  listed({
    ...figured,
    name: 'payments',
    path: paths.payments,
    list: paymentsList,
    read: listPayments,
    get: getPayment,
    oracle: ordered('payment', 'at', "(invoice_id || '/' || ref)"),
    filters: [
      [{ status: 'failed' }, "status = 'failed'"],
      [{ kind: 'credit' }, "method = 'credit'"],
      [{ q: 'N-21' }, "invoice_id = (select id from invoice where number = 'N-21')"],
    ],
    add: `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, at)
      values ('org-1', (select id from invoice where org_id = 'org-1' limit 1), 'later', 'succeeded', 1, 'EUR', now() + interval '99 days')`,
  }),
  listed({
    ...figured,
    name: 'dunning',
    path: paths.dunning,
    list: dunningList,
    read: listOverdue,
    get: getOverdue,
    oracle: (where, way) => ordered('listed_overdue', 'due_at', 'id')(`${overdue} and (${where})`, way),
    filters: [
      [{ bucket: '1-7' }, "due_at >= '2026-11-17'"],
      [{ bucket: '8-30' }, "due_at >= '2026-10-25' and due_at < '2026-11-17'"],
      [{ bucket: '1-7,8-30' }, "due_at >= '2026-10-25'"],
      [{ state: 'exhausted' }, `${ofCase} c.state = 'exhausted' and c.paused_at is null)`],
      [{ state: 'paused,none' }, `not ${ofCase} c.paused_at is null)`],
    ],
    add: `${anInvoice('later-due')}, now(), '2026-11-23T23:59:59.999Z', now(), 1)`,
  }),
  listed({
    ...figured,
    name: 'credits',
    path: paths.credits,
    list: creditsList,
    read: listCredits,
    get: getCredit,
    oracle: ordered('listed_credit', 'created_at', 'org_id'),
    filters: [[{ q: 'org-2' }, "org_id = 'org-2'"]],
    add: `with later as (insert into org (id, name, created_at) values ('org-later', 'Later', now() + interval '99 days') returning id)
      insert into credit_balance select id, 1, 0, 0, 1, 0, now() from later`,
  }),
  listed({
    ...figured,
    name: 'reconciliation',
    path: paths.billing,
    list: reconciliationList,
    read: listCells,
    get: getCell,
    oracle: ordered('reconciliation_cell', 'month_at', 'cell', monthId),
    filters: [
      [{ stream: 'usage' }, "stream = 'usage'"],
      [{ gaps: 'only' }, 'differing > 0'],
      [{ currency: 'JPY', org: 'org-0' }, "currency = 'JPY' and org_id = 'org-0'"],
    ],
    add: `insert into reconciliation_cell values ('org-1', '2027-06-01', 'leads:EUR', 'leads', 'EUR', 1, 1, 0, 0, 0, 0, '[]')`,
  }),
  listed({
    ...figured,
    name: 'unbilled leads',
    path: paths.unbilled,
    list: unbilledList,
    read: listUnbilled,
    get: getLead,
    oracle: (where, way) =>
      ordered('lead', 'created_at', 'id')(`status = 'converted' and not ${billed} and (${where})`, way),
    filters: [[{ fee: 'unpriced' }, 'fee_minor is null']],
    add: `insert into lead (org_id, id, status, created_at, converted_at, version)
      values ('org-1', 'later-converted', 'converted', now() + interval '99 days', now(), 1)`,
  }),
];
