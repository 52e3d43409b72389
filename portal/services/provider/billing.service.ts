import 'server-only';
import { streams } from '#domain/billing/streams';
import type { BilledStream } from '#domain/billing/streams';
import type { PartOfAll } from '#prisma/all-reads';
import { countOf } from '#prisma/all-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListDefinition, ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { billingMetrics } from '../../metrics/billing.ts';
import { dashboardMetrics } from '../../metrics/overview.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readOfAllOrgs } from './all-figures.ts';
import { dunningSource, dunningSums } from './billing-dunning.ts';
import { chargedDays, invoicesSource, invoiceSums } from './billing-invoices.ts';
import { dunningList, invoicesList, paymentsList, reconciliationList, unbilledList } from './billing-lists.ts';
import type { UnbilledFilters } from './billing-lists.ts';
import { paidDays, paymentsSource, paymentSums } from './billing-payments.ts';
import { reconciliationSource, reconciliationSums } from './billing-reconciliation.ts';
import { leadsSource, leadSums, unbilledDays } from './leads.service.ts';
import type { LeadFilters } from './leads-list.ts';
import type { LeadRow } from './leads.service.ts';
import { distinctValues } from './distinct-values.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { readLevelCourses, readStockCourses } from './courses.ts';
import type { Course } from './courses.ts';
import { currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import type { Money } from './money-sums.ts';
import { countMax } from './list-page.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList } from './list-source.ts';
import { queryOfOrgs } from './of-orgs.ts';

export interface BillingSummary {
  readonly invoiced: ListFigure;
  /** Of what was invoiced, before tax. */
  readonly byStream: readonly (Money & { readonly stream: BilledStream | 'credit' })[];
  readonly collected: ListFigure;
  readonly outstanding: ListFigure;
  readonly overdue: ListFigure;
  /** Cells that differ, and by how much in all, either way. */
  readonly gaps: ListFigure;
  readonly unbilled: ListFigure;
  /** How those that are of now came to what they are. */
  readonly courses: Readonly<Record<'outstanding' | 'gaps' | 'unbilled', Course | undefined>>;
}

/** The figures above every tab: of some organisations or of all. */
export async function summarizeBilling(staff: Staff, orgs: readonly string[], window: Window): Promise<BillingSummary> {
  assertCan(staff, 'billing');
  const { pool } = database();
  const of = <F>(list: ListDefinition<F>, metric: Metric) => metricFilters(list, metric, queryOfOrgs(orgs), now());
  const charged = of(invoicesList, billingMetrics.invoiced);
  const [invoiced, byStream, collected, outstanding, overdue, gaps, unbilled, levels, stocks] = await Promise.all([
    readFigure(pool, invoicesSource, charged, window, invoiceSums.amount, chargedDays(orgs, 'all.invoices.charged')),
    readByStream(charged, window),
    readFigure(pool, paymentsSource, of(paymentsList, billingMetrics.collected), window, paymentSums.amount, {
      ...paidDays,
      orgs,
    }),
    readFigure(pool, invoicesSource, of(invoicesList, billingMetrics.outstanding), undefined, invoiceSums.due),
    readOverdue(staff, orgs),
    readFigure(
      pool,
      reconciliationSource,
      of(reconciliationList, billingMetrics.gaps),
      undefined,
      reconciliationSums.gap,
    ),
    readUnbilled(staff, orgs),
    readLevelCourses(pool, ['receivable.net', 'leads.unbilled_net'], orgs, now()),
    readStockCourses(pool, ['books.gaps'], orgs, now()),
  ]);
  const courses = {
    outstanding: levels.byName.get('receivable.net'),
    gaps: stocks.get('books.gaps'),
    unbilled: levels.byName.get('leads.unbilled_net'),
  };
  return { invoiced, byStream, collected, outstanding, overdue, gaps, unbilled, courses };
}

export async function readOverdue(staff: Staff, orgs: readonly string[]): Promise<ListFigure> {
  assertCan(staff, 'billing');
  const filters = metricFilters(dunningList, dashboardMetrics.overdue, queryOfOrgs(orgs), now());
  return readFigure(database().pool, dunningSource, filters, undefined, dunningSums.due);
}

/** Converted leads that no line bills, with what their fees come to. */
export async function readUnbilled(staff: Staff, orgs: readonly string[]): Promise<ListFigure> {
  assertCan(staff, 'billing');
  const filters = metricFilters(unbilledList, billingMetrics.unbilled, queryOfOrgs(orgs), now());
  return readFigure(database().pool, unbilledSource, filters, undefined, leadSums.fee, { ...unbilledDays, orgs });
}

/** What the currency filter offers. */
export async function listCurrencies(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'billing');
  return distinctValues(database().pool, 'invoice', 'currency');
}

type Charged = Parameters<typeof branchesSql<Parameters<typeof invoicesSource.lists>[0]>>[1];

const streamFigures = ['all.invoices.charged', 'all.invoices.by_stream'] as const;

async function readByStream(filters: Charged, window: Window): Promise<BillingSummary['byStream']> {
  const order = await currencyOrder(database().pool);
  const all = filters.orgs.length === 0 && (await readOfAllOrgs(database().pool, 'invoices', streamFigures, window));
  if (all && countOf(all, 'all.invoices.charged') > countMax) return streamsOf(all, order);
  const { text, values } = windowed(
    (bind) => branchesSql(invoicesSource, filters, window, bind, undefined, 't.org_id, t.id, t.currency'),
    // Each invoice's lines by their key: a plain join scans those of all years.
    (rows) => `select l.stream, r.currency, sum(l.amount_minor)::text as minor from (${rows}) r
      cross join lateral (select stream, amount_minor from invoice_line where org_id = r.org_id and invoice_id = r.id offset 0) l group by 1, 2`,
  );
  const { rows } = await database().pool.query<{ stream: BilledStream | 'credit'; currency: string; minor: string }>(
    text,
    values,
  );
  return mainFirst(
    rows.map(({ stream, currency, minor }) => ({ stream, currency, minor: BigInt(minor) })),
    order,
  );
}

function streamsOf(all: readonly PartOfAll[], order: CurrencyOrder): BillingSummary['byStream'] {
  return mainFirst(
    all.flatMap(({ metric, part, currency, minor }) => {
      const stream = [...streams, 'credit' as const].find((known) => known === part);
      return metric === 'all.invoices.by_stream' && stream ? [{ stream, currency, minor }] : [];
    }),
    order,
  );
}

/** Converted leads that no line bills: the list of leads, seen from the invoices. */
export async function listUnbilled(staff: Staff, query: ListQuery<UnbilledFilters>): Promise<Page<LeadRow>> {
  assertCan(staff, 'billing');
  return readList(database().pool, unbilledSource, query);
}

export interface UnbilledOrg {
  readonly org: { readonly id: string; readonly name: string };
  readonly currency: string | undefined;
  readonly leads: number;
  readonly minor: bigint | undefined;
}

const groupsMax = 12;

/** By organisation and currency, those with the most first. */
export async function groupUnbilled(
  staff: Staff,
  { filters, range }: Pick<ListQuery<UnbilledFilters>, 'filters' | 'range'>,
): Promise<readonly UnbilledOrg[]> {
  assertCan(staff, 'billing');
  const { text, values } = windowed(
    (bind) =>
      branchesSql(unbilledSource, filters, range?.window, bind, undefined, 't.org_id, t.fee_minor, t.fee_currency'),
    (
      rows,
    ) => `select g.*, o.name from (select r.org_id, r.fee_currency as currency, count(*)::int as leads, sum(r.fee_minor)::text as minor
      from (${rows}) r group by 1, 2 order by 3 desc, 1, 2 limit ${groupsMax}) g join org o on o.id = g.org_id order by g.leads desc, g.org_id, g.currency`,
  );
  const { rows } = await database().pool.query<{
    org_id: string;
    name: string;
    currency: string | null;
    leads: number;
    minor: string | null;
  }>(text, values);
  return rows.map(({ org_id: id, name, currency, leads, minor }) => ({
    org: { id, name },
    currency: currency ?? undefined,
    leads,
    minor: minor === null ? undefined : BigInt(minor),
  }));
}

/** The list of leads, by the filters of this one. */
export const unbilledSource = {
  ...leadsSource,
  lists: (filters: UnbilledFilters) => leadsSource.lists(unbilledLeads(filters)),
  ofValue: (filters: UnbilledFilters, column: string, value: string) =>
    leadsSource.ofValue?.(unbilledLeads(filters), column, value) ?? [],
  where: (filters: UnbilledFilters, bind: Bind) => leadsSource.where(unbilledLeads(filters), bind),
  rolledSums: (filters: UnbilledFilters, window: Window | undefined) =>
    leadsSource.rolledSums?.(unbilledLeads(filters), window) ?? {},
};

function unbilledLeads({ q, orgs, fees }: UnbilledFilters): LeadFilters {
  const billings = fees.length === 0 ? (['unbilled'] as const) : (['unpriced'] as const);
  return {
    q,
    orgs,
    statuses: ['converted'],
    sources: [],
    billings,
    min: undefined,
    max: undefined,
    converted: undefined,
  };
}
