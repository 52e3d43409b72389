import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import { readMrr } from './mrr.ts';
import type { Mrr } from './mrr.ts';
import { paying } from './subscriptions-list.ts';
import type { SubscriptionFilters, SubscriptionStatus } from './subscriptions-list.ts';

export interface SubscriptionRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly plan: string | undefined;
  readonly status: SubscriptionStatus;
  readonly priceMinor: bigint | undefined;
  readonly currency: string | undefined;
  readonly interval: string | undefined;
  readonly quantity: bigint;
  readonly mrrMinor: bigint;
  readonly startedAt: number | undefined;
  readonly renewsAt: number | undefined;
  readonly canceledAt: number | undefined;
  readonly cancelReason: string | undefined;
}

/** The subscription as it stood after an event. */
export interface SubscriptionChange {
  readonly eventId: string;
  readonly at: number;
  readonly action: string;
  readonly plan: string | undefined;
  readonly status: string;
  readonly mrrMinor: bigint;
  readonly currency: string | undefined;
}

export interface SubscriptionDetail extends SubscriptionRow {
  readonly changes: readonly SubscriptionChange[];
  readonly entity: EntityDetail;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly plan: string | null;
  readonly status: SubscriptionStatus;
  readonly price_minor: string | null;
  readonly currency: string | null;
  readonly interval: string | null;
  readonly quantity: string;
  readonly mrr_minor: string;
  readonly started_at: Date | null;
  readonly renews_at: Date | null;
  readonly canceled_at: Date | null;
  readonly cancel_reason: string | null;
}

export const subscriptionsSource: ListSource<SubscriptionFilters, Stored, SubscriptionRow> = {
  table: 'subscription',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, plans }) => ({ 't.org_id': orgs, 't.plan': plans, 't.status': statuses }),
  // By id in every org.
  where: ({ q }: SubscriptionFilters, bind: Bind) =>
    q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`],
  columns: `t.id, t.org_id, o.name as org_name, t.plan, t.status, t.price_minor::text, t.currency, t.interval, t.quantity::text, t.mrr_minor::text,
    t.started_at, t.renews_at, t.canceled_at, t.cancel_reason`,
  joins: 'join org o on o.id = t.org_id',
  rowOf: (stored, key) => ({
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    plan: stored.plan ?? undefined,
    status: stored.status,
    priceMinor: stored.price_minor === null ? undefined : BigInt(stored.price_minor),
    currency: stored.currency ?? undefined,
    interval: stored.interval ?? undefined,
    quantity: BigInt(stored.quantity),
    mrrMinor: BigInt(stored.mrr_minor),
    startedAt: stored.started_at?.getTime(),
    renewsAt: stored.renews_at?.getTime(),
    canceledAt: stored.canceled_at?.getTime(),
    cancelReason: stored.cancel_reason ?? undefined,
  }),
};

export async function listSubscriptions(
  staff: Staff,
  query: ListQuery<SubscriptionFilters>,
): Promise<Page<SubscriptionRow>> {
  assertCan(staff, 'subscriptions');
  return readList(database().pool, subscriptionsSource, query);
}

const changesMax = 50;

export async function getSubscription(staff: Staff, id: string): Promise<SubscriptionDetail | undefined> {
  assertCan(staff, 'subscriptions');
  const { pool, prisma } = database();
  const row = await readOne(pool, subscriptionsSource, id);
  if (!row) return undefined;
  const [entity, changes] = await Promise.all([
    readEntity(pool, {
      org: row.org.id,
      id: row.id,
      table: 'subscription',
      kind: 'subscription',
      source: `subscription:${row.id}`,
    }),
    prisma.subscriptionChange.findMany({
      where: { orgId: row.org.id, subscriptionId: row.id },
      select: {
        eventId: true,
        changedAt: true,
        action: true,
        plan: true,
        status: true,
        mrrMinor: true,
        currency: true,
      },
      orderBy: { changedAt: 'desc' },
      take: changesMax,
    }),
  ]);
  return {
    ...row,
    entity,
    changes: changes.map(({ changedAt, plan, currency, ...change }) => ({
      ...change,
      at: changedAt.getTime(),
      plan: plan ?? undefined,
      currency: currency ?? undefined,
    })),
  };
}

/** What the plan filter offers: the plans seen in the data. */
export async function listPlans(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'subscriptions');
  return distinctValues(database().pool, 'subscription', 'plan');
}

export interface SubscriptionsSummary {
  readonly paying: ListFigure;
  readonly pastDue: ListFigure;
  readonly started: ListFigure;
  readonly canceled: ListFigure;
  readonly mrr: Mrr;
}

export async function summarizeSubscriptions(
  staff: Staff,
  { filters }: ListQuery<SubscriptionFilters>,
  window: Window,
): Promise<SubscriptionsSummary> {
  assertCan(staff, 'subscriptions');
  const { pool } = database();
  const figure = (statuses: readonly SubscriptionStatus[], of?: Window) =>
    readFigure(pool, subscriptionsSource, { ...filters, statuses }, of, {
      minor: 't.mrr_minor',
      currency: 't.currency',
    });
  const [all, pastDue, started, canceled, mrr] = await Promise.all([
    figure(paying),
    figure(['past_due']),
    figure(filters.statuses, window),
    figure(['canceled'], window),
    readMrr(pool, window),
  ]);
  return { paying: all, pastDue, started, canceled, mrr };
}
