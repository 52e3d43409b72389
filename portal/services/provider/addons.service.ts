import 'server-only';
import type { MetricName } from '#domain/metrics';
import type { PartOfAll } from '#prisma/all-reads';
import { countOf } from '#prisma/all-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { addonMetrics } from '../../metrics/revenue.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { addonsList, withRefunds } from './addons-list.ts';
import type { AddonFilters, PurchaseStatus } from './addons-list.ts';
import { readOfAllOrgs } from './all-figures.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { countMax } from './list-page.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { Rolled } from './rolled-figures.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Summed, Sums } from './money-sums.ts';

export interface PurchaseRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly sku: string | undefined;
  readonly quantity: bigint;
  /** undefined while only a refund of it was told. */
  readonly amountMinor: bigint | undefined;
  readonly refundedMinor: bigint;
  readonly currency: string | undefined;
  readonly status: PurchaseStatus;
  readonly version: number;
  /** The one that bills it; without a number while it is a draft. */
  readonly invoice: { readonly id: string; readonly number: string | undefined } | undefined;
}

export interface PurchaseDetail extends PurchaseRow {
  readonly refunds: readonly { readonly at: number; readonly minor: bigint; readonly reason: string | undefined }[];
  readonly entity: EntityDetail;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly sku: string | null;
  readonly quantity: string;
  readonly amount_minor: string | null;
  readonly refunded_minor: string;
  readonly currency: string | null;
  readonly status: PurchaseStatus;
  readonly version: number;
  readonly invoice_id: string | null;
  readonly invoice_number: string | null;
}

export const addonSums = {
  amount: { minor: 't.amount_minor', currency: 't.currency' },
  refunded: { minor: 't.refunded_minor', currency: 't.currency' },
  net: { minor: '(t.amount_minor - t.refunded_minor)', currency: 't.currency' },
} satisfies Sums;

export const addonsSource: ListSource<AddonFilters, Stored, PurchaseRow> = {
  table: 'addon_purchase',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, skus }) => ({ 't.org_id': orgs, 't.sku': skus, 't.status': statuses }),
  where: ({ q, min, max }: AddonFilters, bind: Bind) => [
    // By id in every org.
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`]),
    ...(min === undefined ? [] : [`t.amount_minor::numeric / minor_per_major(t.currency) >= ${bind(min)}::numeric`]),
    ...(max === undefined ? [] : [`t.amount_minor::numeric / minor_per_major(t.currency) <= ${bind(max)}::numeric`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.sku, t.quantity::text, t.amount_minor::text, t.refunded_minor::text, t.currency, t.status,
    t.version, l.invoice_id, l.number as invoice_number`,
  joins: `join org o on o.id = t.org_id
    left join lateral (
      select l.invoice_id, i.number from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
      where l.org_id = t.org_id and l.source = 'addon:' || t.id order by l.created_at, l.source_key limit 1) l on true`,
  sums: addonSums,
  rolledSums: (filters) =>
    isOfOrgs(filters)
      ? {
          amount: [rolledOf('addons.sold', filters)],
          refunded: [{ ...rolledOf('addons.given_back', filters), among: ['addons.sold'] }],
          net: [{ ...rolledOf('addons.net', filters), among: ['addons.sold'] }],
        }
      : {},
  rowOf: (stored, key) => ({
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    sku: stored.sku ?? undefined,
    quantity: BigInt(stored.quantity),
    amountMinor: stored.amount_minor === null ? undefined : BigInt(stored.amount_minor),
    refundedMinor: BigInt(stored.refunded_minor),
    currency: stored.currency ?? undefined,
    status: stored.status,
    version: stored.version,
    invoice:
      stored.invoice_id === null ? undefined : { id: stored.invoice_id, number: stored.invoice_number ?? undefined },
  }),
};

export async function listPurchases(staff: Staff, query: ListQuery<AddonFilters>): Promise<Page<PurchaseRow>> {
  assertCan(staff, 'addons');
  return readList(database().pool, addonsSource, query);
}

export async function getPurchase(staff: Staff, id: string): Promise<PurchaseDetail | undefined> {
  assertCan(staff, 'addons');
  const { pool, prisma } = database();
  const row = await readOne(pool, addonsSource, id);
  if (!row) return undefined;
  const [entity, refunds] = await Promise.all([
    readEntity(pool, {
      org: row.org.id,
      id: row.id,
      table: 'addon_purchase',
      kind: 'addon',
      source: `addon:${row.id}`,
    }),
    prisma.addonRefund.findMany({
      where: { orgId: row.org.id, purchaseId: row.id },
      select: { refundedAt: true, amountMinor: true, reason: true },
      orderBy: { refundedAt: 'asc' },
      take: refundsMax,
    }),
  ]);
  return {
    ...row,
    entity,
    refunds: refunds.map(({ refundedAt, amountMinor, reason }) => ({
      at: refundedAt.getTime(),
      minor: amountMinor,
      reason: reason ?? undefined,
    })),
  };
}

const refundsMax = 50;

/** What the SKU filter offers. */
export async function listSkus(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'addons');
  return distinctValues(database().pool, 'addon_purchase', 'sku');
}

/** Each of the purchases made in the window: what they came to, what of it went back, and what is left. */
export interface AddonsSummary {
  readonly gross: ListFigure;
  readonly refunded: ListFigure;
  readonly net: ListFigure;
  /** Of all SKUs sold in the window, the one of which most purchases had refunds. */
  readonly worst: { readonly sku: string; readonly refunded: ListFigure; readonly sold: ListFigure } | undefined;
}

export async function summarizePurchases(
  staff: Staff,
  query: ListQuery<AddonFilters>,
  window: Window,
): Promise<AddonsSummary> {
  assertCan(staff, 'addons');
  const { filters } = query;
  const ofAnyStatus = { ...filters, statuses: [] };
  const figure = (of: Metric, summed: Summed, metric: MetricName) =>
    readFigure(
      database().pool,
      addonsSource,
      metricFilters(addonsList, of, query, now()),
      window,
      summed,
      isOfOrgs(filters) ? rolledOf(metric, filters) : undefined,
    );
  const [gross, refunded, net, worst] = await Promise.all([
    figure(addonMetrics.gross, addonSums.amount, 'addons.sold'),
    figure(addonMetrics.refunded, addonSums.refunded, 'addons.given_back'),
    figure(addonMetrics.net, addonSums.net, 'addons.net'),
    readWorst(ofAnyStatus, window),
  ]);
  return { gross, refunded, net, worst: worst && (await readSku(ofAnyStatus, window, worst.sku)) };
}

function rolledOf(metric: MetricName, { orgs }: AddonFilters): Rolled {
  return { counts: [metric], sums: [metric], orgs };
}

/** Of one SKU: figures of days are kept of all organisations. */
async function readSku(filters: AddonFilters, window: Window, sku: string): Promise<AddonsSummary['worst']> {
  const isOfAll = isOfOrgs(filters) && filters.orgs.length === 0;
  const figure = (statuses: AddonFilters['statuses'], name: string) =>
    readFigure(
      database().pool,
      addonsSource,
      { ...filters, statuses, skus: [sku] },
      window,
      undefined,
      isOfAll ? { counts: [`${name}:${sku}`], unless: 'all.addons.unlisted:', orgs: [] } : undefined,
    );
  const [refunded, sold] = await Promise.all([
    figure(withRefunds, 'all.addons.given_back'),
    figure([], 'all.addons.sold'),
  ]);
  return { sku, refunded, sold };
}

interface Worst {
  readonly sku: string;
  readonly refunded: number;
  readonly sold: number;
}

async function readWorst(filters: AddonFilters, window: Window): Promise<Worst | undefined> {
  const all =
    isOfOrgs(filters) &&
    filters.orgs.length === 0 &&
    (await readOfAllOrgs(database().pool, 'addons', skuFigures, window));
  if (all && countOf(all, 'all.addons.sold') > countMax && countOf(all, 'all.addons.unlisted') === 0)
    return worstOf(all);
  const { text, values } = windowed(
    (bind) => branchesSql(addonsSource, filters, window, bind, undefined, 't.sku, t.refunded_minor'),
    (
      rows,
    ) => `select sku, count(*)::int as sold, count(*) filter (where refunded_minor > 0)::int as refunded from (${rows}) r
      where sku is not null group by sku order by count(*) filter (where refunded_minor > 0)::float8 / count(*) desc, count(*) desc, sku limit 1`,
  );
  const { rows } = await database().pool.query<Worst>(text, values);
  return rows[0];
}

/** Figures of days know orgs, and nothing else that purchases are filtered by. */
function isOfOrgs({ q, statuses, skus, min, max }: AddonFilters): boolean {
  return q === undefined && statuses.length + skus.length === 0 && min === undefined && max === undefined;
}

const skuFigures = ['all.addons.sold', 'all.addons.given_back', 'all.addons.unlisted'] as const;

function worstOf(all: readonly PartOfAll[]): Worst | undefined {
  const skus = [...new Set(all.flatMap(({ metric, part }) => (metric === 'all.addons.sold' ? [part] : [])))].map(
    (sku) => ({
      sku,
      sold: countOf(all, 'all.addons.sold', [sku]),
      refunded: countOf(all, 'all.addons.given_back', [sku]),
    }),
  );
  const share = ({ sold, refunded }: { readonly sold: number; readonly refunded: number }) => refunded / sold;
  return skus.toSorted((a, b) => share(b) - share(a) || b.sold - a.sold || (a.sku < b.sku ? -1 : 1))[0];
}
