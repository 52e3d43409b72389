import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { withRefunds } from './addons-list.ts';
import type { AddonFilters, PurchaseStatus } from './addons-list.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

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
}

export const addonsSource: ListSource<AddonFilters, Stored, PurchaseRow> = {
  table: 'addon_purchase',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, skus }) => ({ 't.org_id': orgs, 't.sku': skus, 't.status': statuses }),
  // By id in every org.
  where: ({ q }: AddonFilters, bind: Bind) =>
    q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`],
  columns: `t.id, t.org_id, o.name as org_name, t.sku, t.quantity::text, t.amount_minor::text, t.refunded_minor::text, t.currency, t.status`,
  joins: 'join org o on o.id = t.org_id',
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
  readonly whole: ListFigure;
}

export async function summarizePurchases(
  staff: Staff,
  { filters }: ListQuery<AddonFilters>,
  window: Window,
): Promise<AddonsSummary> {
  assertCan(staff, 'addons');
  const figure = (changes: Partial<AddonFilters>, minor: string) =>
    readFigure(database().pool, addonsSource, { ...filters, ...changes }, window, { minor, currency: 't.currency' });
  const [gross, refunded, net, whole] = await Promise.all([
    figure({}, 't.amount_minor'),
    figure({ statuses: withRefunds }, 't.refunded_minor'),
    figure({}, '(t.amount_minor - t.refunded_minor)'),
    figure({ statuses: ['refunded'] }, 't.refunded_minor'),
  ]);
  return { gross, refunded, net, whole };
}
