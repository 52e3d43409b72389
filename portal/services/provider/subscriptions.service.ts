import 'server-only';
import type { MrrFigures } from '#domain/billing/churn';
import { readThrough } from '#prisma/metric-reads';
import { readMrrFiguresEach, readMrrMonths } from '#prisma/mrr-reads';
import type { MrrMonth } from '#prisma/mrr-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import { lastMonths, startOfUtcDay } from '../../lists/buckets.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Range } from '../../lists/url-grammar.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { subscriptionMetrics } from '../../metrics/revenue.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { summarizeChanges } from './changes.service.ts';
import type { ChangesSummary } from './changes.service.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { currencyOrder } from './currency-order.ts';
import { figureOf, readFigureRows } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { countMax } from './list-page.ts';
import type { Page } from './list-page.ts';
import { countUpTo, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { RolledSums } from './large-sums.ts';
import { readLevelCourses } from './courses.ts';
import type { Courses } from './courses.ts';
import { monthsOfYear } from './mrr.ts';
import { queryOfOrgs } from './of-orgs.ts';
import { paying, subscriptionsList } from './subscriptions-list.ts';
import type { SubscriptionFilters, SubscriptionStatus } from './subscriptions-list.ts';
import { mainFirst } from './money-sums.ts';
import type { Sums } from './money-sums.ts';
import type { FigureRow } from './rolled-figures.ts';

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
  readonly changedAt: number | undefined;
  /** What staff ordered for its renewal. */
  readonly waiting: { readonly change: 'plan' | 'cancel'; readonly at: number } | undefined;
  readonly version: number;
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
  readonly changed_at: Date | null;
  readonly waits: 'plan' | 'cancel' | null;
  readonly waits_until: Date | null;
  readonly version: number;
}

export const subscriptionSums = {
  mrr: { minor: 't.mrr_minor', currency: 't.currency' },
  arr: { minor: `(t.mrr_minor * ${monthsOfYear})`, currency: 't.currency' },
} satisfies Sums;

export const changedAtSql =
  '(select max(c.changed_at) from subscription_change c where c.org_id = t.org_id and c.subscription_id = t.id)';

export const subscriptionsSource: ListSource<SubscriptionFilters, Stored, SubscriptionRow> = {
  table: 'subscription',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, plans }) => ({ 't.org_id': orgs, 't.plan': plans, 't.status': statuses }),
  where: conditionsOf,
  columns: `t.id, t.org_id, o.name as org_name, t.plan, t.status, t.price_minor::text, t.currency, t.interval, t.quantity::text, t.mrr_minor::text,
    t.started_at, t.renews_at, t.canceled_at, t.cancel_reason, t.version, w.change as waits, w.due_at as waits_until,
    ${changedAtSql} as changed_at`,
  joins: `join org o on o.id = t.org_id
    left join subscription_schedule w on w.org_id = t.org_id and w.subscription_id = t.id and w.state = 'waiting'`,
  sums: subscriptionSums,
  rolledSums,
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
    // What has ended renews no more, whatever was told before.
    renewsAt: stored.status === 'canceled' ? undefined : stored.renews_at?.getTime(),
    canceledAt: stored.canceled_at?.getTime(),
    cancelReason: stored.cancel_reason ?? undefined,
    changedAt: stored.changed_at?.getTime(),
    waiting:
      stored.waits && stored.waits_until ? { change: stored.waits, at: stored.waits_until.getTime() } : undefined,
    version: stored.version,
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
  /** The MRR over 30 days; undefined where more is filtered by than organisations. */
  readonly levels: Courses<'mrr.net'> | undefined;
  readonly pastDue: ListFigure;
  /** What moved the MRR in the window. */
  readonly changes: ChangesSummary;
  /** Of all plans, by currency, the main one first: churn is of the organisations that were there at the window's start. */
  readonly churn: readonly MrrFigures[];
  readonly churnBefore: readonly MrrFigures[];
  /** Of twelve months, the running one included; none where organisations are chosen. */
  readonly churnByMonth: readonly MrrMonth[];
  /** Up to when the movements are known; undefined where they never were. */
  readonly through: number | undefined;
}

const monthsDrawn = 12;

export async function summarizeSubscriptions(
  staff: Staff,
  query: ListQuery<SubscriptionFilters>,
  window: Window,
): Promise<SubscriptionsSummary> {
  assertCan(staff, 'subscriptions');
  const { pool } = database();
  const payingOf = metricFilters(subscriptionsList, subscriptionMetrics.mrr, query, now());
  const rowsOf = (status: SubscriptionStatus) =>
    readFigureRows(pool, subscriptionsSource, { ...payingOf, statuses: [status] }, undefined, subscriptionSums.mrr);
  const { q, plans, orgs, started, renews, canceled } = query.filters;
  const isOfOrgs = [q, started, renews, canceled].every((one) => one === undefined) && plans.length === 0;
  const ids = orgs.length > 0 ? orgs : undefined;
  const year = lastMonths(monthsDrawn, now());
  const late = rowsOf('past_due');
  const course = isOfOrgs ? readLevelCourses(pool, ['mrr.net'], orgs, now()) : undefined;
  const [order, figure, pastDue, levels, changes, [churn = [], churnBefore = []], churnByMonth, through] =
    await Promise.all([
      currencyOrder(pool),
      readPaying(payingOf, course, () => Promise.all([rowsOf('active'), late])),
      late,
      course,
      summarizeChanges(staff, queryOfOrgs(orgs), window),
      readMrrFiguresEach(
        pool,
        [window, window.previous].map(({ from, to }) => ({ start: from, end: to })),
        ids,
      ),
      ids ? [] : readMrrMonths(pool, { start: startOfUtcDay(year.from), end: startOfUtcDay(year.until) }),
      course ? course.then((told) => told.through) : readThrough(pool, ['mrr.net']),
    ]);
  return {
    paying: figure,
    levels,
    pastDue: figureOf(pastDue, undefined, order),
    changes,
    churn: mainFirst(
      churn.map((one) => ({ ...one, minor: one.startMinor })),
      order,
    ),
    churnBefore,
    churnByMonth,
    through,
  };
}

/** Of more than a list's total tells, the MRR is what the list of the same prints: all movements there ever were. */
async function readPaying(
  filters: SubscriptionFilters,
  levels: Promise<Courses<'mrr.net'>> | undefined,
  each: () => Promise<readonly (readonly FigureRow[])[]>,
): Promise<ListFigure> {
  const active = { filters: { ...filters, statuses: ['active' as const] }, range: undefined };
  const isLarge = levels && (await countUpTo(subscriptionsSource, active))?.isCapped === true;
  const mrr = isLarge ? (await levels).byName.get('mrr.net')?.today : undefined;
  if (!mrr) return figureOf((await each()).flat(), undefined, await currencyOrder(database().pool));
  return { ...figureOf([], undefined, []), count: countMax, parts: [countMax], sums: mrr.sums };
}

/** Of all subscriptions that pay, in some organisations or in all: the others have no MRR, and all movements there ever were add up to it. */
function rolledSums(
  { q, orgs, statuses, plans, started, renews, canceled }: SubscriptionFilters,
  window: Window | undefined,
): RolledSums {
  const isPaying = statuses.length === 0 || paying.every((status) => statuses.includes(status));
  const isFiltered = [q, started, renews, canceled, window].some((one) => one !== undefined) || plans.length > 0;
  if (!isPaying || isFiltered) return {};
  const mrr = { counts: ['subscriptions.created'], sums: ['mrr.net'], orgs };
  return { mrr: [mrr], arr: [{ ...mrr, times: monthsOfYear }] };
}

function conditionsOf({ q, started, renews, canceled }: SubscriptionFilters, bind: Bind): readonly string[] {
  const within = (column: string, range: Range | undefined) =>
    range
      ? [`t.${column} >= ${bind(new Date(range.window.from))} and t.${column} < ${bind(new Date(range.window.to))}`]
      : [];
  return [
    // By id in every org.
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`]),
    ...within('started_at', started),
    ...within('renews_at', renews),
    ...within('canceled_at', canceled),
  ];
}
