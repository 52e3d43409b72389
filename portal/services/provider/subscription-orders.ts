import 'server-only';
import type pg from 'pg';
import { z } from 'zod';
import { isOtherTerms, previewChange, renewalOf } from '#domain/billing/subscription-orders';
import type { NewTerms, OrderTime } from '#domain/billing/subscription-orders';
import { readZones } from '#prisma/org-zones';
import { changeColumns, readChange } from '#prisma/subscription-changes';
import type { SubscriptionChangeRow } from '#prisma/subscription-changes';
import { orderCommand } from '../../actions/order-command.ts';
import type { PortalOrder } from '../../actions/order-command.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { messages } from '../../messages/en.ts';
import { subscriptions } from '../../messages/en-subscriptions.ts';
import { database } from '../../server/database.ts';
import { lastChange } from './last-change.ts';
import { readOne } from './list-source.ts';
import { readOutcome } from './order-told.ts';
import type { Outcome, Told } from './order-told.ts';
import { subscriptionsSource } from './subscriptions.service.ts';
import type { SubscriptionRow } from './subscriptions.service.ts';

/** What a change would do, as the rating would bill it. Amounts are minor units. */
export interface OrderPreview {
  readonly effectiveAt: number;
  readonly currency: string;
  readonly lines: readonly {
    readonly kind: 'period' | 'credit' | 'charge';
    readonly amountMinor: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly netMinor: string;
  readonly mrrBeforeMinor: string;
  readonly mrrAfterMinor: string;
}

export interface PreviewAsked {
  readonly row: string;
  readonly when: OrderTime;
  /** `end` for a cancellation. */
  readonly next: NewTerms | 'end';
}

/** Changes nothing. By the database's clock, which is the one that an order bears. */
export async function previewOrder(staff: Staff, { row, when, next }: PreviewAsked): Promise<OrderPreview> {
  assertCan(staff, 'subscriptions', 'write');
  const { pool } = database();
  const { org, id, currency } = await load(row);
  const { changes, at, trialEndsAt } = await readHistory(pool, org.id, id);
  const zoneAt = await readZones(pool, [org.id]);
  const history = { subscriptionId: id, changes, zoneAt: (instant: number) => zoneAt(org.id, instant) };
  const last = changes.findLast(({ changedAt }) => changedAt <= at);
  if (next !== 'end' && last && !isOtherTerms(last, next)) throw refused(subscriptions.orders.nothingChanges);
  const effectiveAt = when === 'now' ? at : renewalOf(history, trialEndsAt, at);
  if (effectiveAt === undefined) throw refused(subscriptions.orders.noRenewal);
  const preview = previewChange(history, next, effectiveAt);
  if (!preview || currency === undefined) throw refused(subscriptions.orders.incomplete);
  return {
    effectiveAt,
    currency,
    lines: preview.lines.map(({ kind, amountMinor, period }) => ({
      kind,
      amountMinor: String(amountMinor),
      ...period,
    })),
    netMinor: String(preview.netMinor),
    mrrBeforeMinor: String(preview.mrrBeforeMinor),
    mrrAfterMinor: String(preview.mrrAfterMinor),
  };
}

const Ordered = z.object({
  effectiveAt: z.string().optional(),
  netMinor: z.string().optional(),
  currency: z.string().optional(),
  withdrawn: z.number().optional(),
  isRated: z.boolean().optional(),
});
export type SubscriptionOrdered = z.output<typeof Ordered>;

interface OrderAsked extends PreviewAsked, Told {
  readonly versionSeen: number;
  readonly netSeen: string;
}

/** New terms, or an end. What it comes to must be what was shown. */
export async function orderChange(staff: Staff, asked: OrderAsked): Promise<Outcome<SubscriptionOrdered>> {
  assertCan(staff, 'subscriptions', 'write');
  const { row, when, next, versionSeen, netSeen, reason, id } = asked;
  const subscription = await load(row);
  const seen = { subscriptionId: subscription.id, when, versionSeen, netSeen };
  const [kind, body] =
    next === 'end' ? (['cancel_subscription', seen] as const) : (['change_plan', { ...seen, ...next }] as const);
  return order(staff, { orgId: subscription.org.id, kind, body, reason, id }, { row, versionSeen });
}

/** What it comes to may be another by now without anybody's doing: who changed the subscription is told where somebody did. */
async function order(
  staff: Staff,
  asked: PortalOrder,
  { row, versionSeen }: Pick<ReactivationAsked, 'row' | 'versionSeen'>,
): Promise<Outcome<SubscriptionOrdered>> {
  const outcome = await orderCommand(staff, asked);
  if (outcome.outcome === 'refused' && outcome.code === 'changed_meanwhile') {
    const { org, id, version } = await load(row);
    if (version !== versionSeen)
      throw new ActionRefused('conflict', await lastChange(database().pool, org.id, `subscription/${id}`));
  }
  return readOutcome(outcome, Ordered);
}

interface ReactivationAsked extends Told {
  readonly row: string;
  readonly versionSeen: number;
}

export async function orderReactivation(
  staff: Staff,
  { row, versionSeen, reason, id }: ReactivationAsked,
): Promise<Outcome<SubscriptionOrdered>> {
  assertCan(staff, 'subscriptions', 'write');
  const subscription = await load(row);
  const body = { subscriptionId: subscription.id, versionSeen };
  const asked = { orgId: subscription.org.id, kind: 'reactivate_subscription', body, reason, id } as const;
  return order(staff, asked, { row, versionSeen });
}

async function load(row: string): Promise<SubscriptionRow> {
  const found = await readOne(database().pool, subscriptionsSource, row);
  if (!found) throw refused(messages.lists.goneText);
  return found;
}

function refused(message: string) {
  return new ActionRefused('refused', message);
}

async function readHistory(pool: pg.Pool, orgId: string, id: string) {
  const [changes, clock] = await Promise.all([
    pool.query<SubscriptionChangeRow>(
      `select ${changeColumns('c')} from subscription_change c where c.org_id = $1 and c.subscription_id = $2
       order by c.changed_at, c.event_id collate "C"`,
      [orgId, id],
    ),
    pool.query<{ at: Date; trial_ends_at: Date | null }>(
      'select now() as at, trial_ends_at from subscription where org_id = $1 and id = $2',
      [orgId, id],
    ),
  ]);
  const [read] = clock.rows;
  if (!read) throw refused(messages.lists.goneText);
  return {
    changes: changes.rows.map(readChange),
    at: read.at.getTime(),
    trialEndsAt: read.trial_ends_at?.getTime(),
  };
}
