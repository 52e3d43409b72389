import type { Folded } from '#domain/fold';
import { monthlyMinor, type SubscriptionState } from '#domain/folds/subscription';
import type { EntityKey } from '../entity-key.ts';
import { instantText, optionalInstantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function subscriptionRows(
  { orgId, id }: EntityKey,
  state: SubscriptionState,
  { version, createdAt }: Folded<SubscriptionState>,
): Rows {
  return {
    subscription: [
      {
        org_id: orgId,
        id,
        status: state.status,
        plan: state.plan,
        price_minor: state.priceMinor,
        currency: state.currency,
        interval: state.interval,
        quantity: state.quantity,
        mrr_minor: String(monthlyMinor(state)),
        trial_ends_at: optionalInstantText(state.trialEndsAt),
        renews_at: optionalInstantText(state.renewsAt),
        started_at: optionalInstantText(state.startedAt),
        canceled_at: optionalInstantText(state.canceledAt),
        cancel_reason: state.cancelReason,
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
    subscription_change: state.changes.map((change) => ({
      org_id: orgId,
      event_id: change.eventId,
      subscription_id: id,
      changed_at: instantText(change.changedAt),
      action: change.action,
      status: change.status,
      plan: change.plan,
      price_minor: change.priceMinor,
      currency: change.currency,
      interval: change.interval,
      quantity: change.quantity,
      mrr_minor: String(change.mrrMinor),
    })),
  };
}
