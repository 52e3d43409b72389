import { monthlyMinor, type SubscriptionChange, type SubscriptionTerms } from '../folds/subscription.ts';
import type { EpochMs } from '../instants.ts';
import type { Interval } from './periods.ts';
import {
  periodUnderWay,
  subscriptionCharges,
  type SubscriptionCharge,
  type SubscriptionHistory,
} from './subscription-charges.ts';

/** New terms of a subscription, as staff set them: what is not named stays. */
export interface NewTerms {
  readonly plan?: string | undefined;
  readonly priceMinor?: number | undefined;
  readonly interval?: Interval | undefined;
  readonly quantity?: number | undefined;
}

export const orderTimes = ['now', 'renewal'] as const;
export type OrderTime = (typeof orderTimes)[number];

/** What a change would do: the lines that rating will make of it, and the monthly revenue before and after. */
export interface ChangePreview {
  readonly at: EpochMs;
  readonly lines: readonly Omit<SubscriptionCharge, 'sourceKey'>[];
  readonly netMinor: bigint;
  readonly mrrBeforeMinor: bigint;
  readonly mrrAfterMinor: bigint;
}

/**
 * What new terms, or an end, come to at an instant: what is charged with the change less what is charged without it, by the functions that rate
 * it. A later event of the tenant's may change that.
 */
export function previewChange(
  history: SubscriptionHistory,
  next: NewTerms | 'end',
  at: EpochMs,
): ChangePreview | undefined {
  const last = history.changes.findLast(({ changedAt }) => changedAt <= at);
  if (!last) return undefined;
  const terms = changedBy(last, next);
  const mrrAfterMinor = monthlyMinor(terms);
  const change = { ...terms, eventId: 'ordered', action: 'ordered', changedAt: at, mrrMinor: mrrAfterMinor };
  const before = new Set(subscriptionCharges(history, at).map(({ sourceKey }) => sourceKey));
  const after = subscriptionCharges({ ...history, changes: [...history.changes, change] }, at);
  const lines = after.flatMap(({ sourceKey, ...line }) => (before.has(sourceKey) ? [] : [line]));
  const netMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return { at, lines, netMinor, mrrBeforeMinor: last.mrrMinor, mrrAfterMinor };
}

/** When what is ordered for the renewal takes effect: the end of the period that is paid for, or of the trial. */
export function renewalOf(
  history: SubscriptionHistory,
  trialEndsAt: EpochMs | undefined,
  at: EpochMs,
): EpochMs | undefined {
  const end = periodUnderWay(history, at)?.end ?? trialEndsAt;
  return end !== undefined && end > at ? end : undefined;
}

/** Whether the terms differ from those that hold. */
export function isOtherTerms(last: SubscriptionChange, next: NewTerms): boolean {
  const { plan, priceMinor, interval, quantity } = changedBy(last, next);
  return (
    plan !== last.plan || priceMinor !== last.priceMinor || interval !== last.interval || quantity !== last.quantity
  );
}

function changedBy(last: SubscriptionChange, next: NewTerms | 'end'): SubscriptionTerms {
  if (next === 'end') return { ...last, status: 'canceled' };
  const { plan = last.plan, priceMinor = last.priceMinor, interval = last.interval, quantity = last.quantity } = next;
  return { status: last.status, currency: last.currency, plan, priceMinor, interval, quantity };
}
