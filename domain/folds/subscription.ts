import { monthsOf, type Interval } from '../billing/periods.ts';
import type { Meta } from '../fields.ts';
import { refuse, type EventOfKind, type Occurred, type Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';
import { bookedMinorMax, divideRounded } from '../money.ts';

export type SubscriptionStatus = 'incomplete' | 'trialing' | 'active' | 'past_due' | 'canceled';

/** The terms at one moment. */
export interface SubscriptionTerms {
  readonly status: SubscriptionStatus;
  readonly plan?: string | undefined;
  readonly priceMinor?: number | undefined;
  readonly currency?: string | undefined;
  readonly interval?: Interval | undefined;
  readonly quantity: number;
}

export interface SubscriptionChange extends SubscriptionTerms {
  readonly eventId: string;
  readonly action: string;
  readonly changedAt: EpochMs;
  readonly mrrMinor: bigint;
}

export interface SubscriptionState extends SubscriptionTerms {
  readonly trialEndsAt?: EpochMs | undefined;
  readonly renewsAt?: EpochMs | undefined;
  readonly startedAt?: EpochMs;
  readonly canceledAt?: EpochMs | undefined;
  readonly cancelReason?: string | undefined;
  readonly meta?: Meta | undefined;
  readonly changes: readonly SubscriptionChange[];
}

/** Created sets all terms (and starts a canceled one again), updated sets what it names, canceled ends it. */
export function foldSubscription(
  state: SubscriptionState | undefined,
  occurred: Occurred<EventOfKind<'subscription'>>,
): SubscriptionState | Refused {
  const { event } = occurred;
  if (
    event.type === 'subscription.created' &&
    state?.currency !== undefined &&
    state.currency !== event.data.currency
  ) {
    return refuse('currency_mismatch');
  }
  const next = afterEvent(state, event);
  const mrrMinor = monthlyMinor(next);
  if (mrrMinor > bookedMinorMax) return refuse('amount_out_of_range');
  const { status, plan, priceMinor, currency, interval, quantity } = next;
  const change = {
    eventId: occurred.eventId,
    action: event.type,
    changedAt: event.occurredAt,
    status,
    plan,
    priceMinor,
    currency,
    interval,
    quantity,
    mrrMinor,
  };
  return { ...next, changes: [...(state?.changes ?? []), change] };
}

/** Monthly recurring revenue: price x quantity per month, rounded once; 0 while trialing, canceled or incomplete. */
export function monthlyMinor(terms: SubscriptionTerms): bigint {
  if (terms.status !== 'active' && terms.status !== 'past_due') return 0n;
  if (terms.priceMinor === undefined || terms.interval === undefined) return 0n;
  return divideRounded(BigInt(terms.priceMinor) * BigInt(terms.quantity), BigInt(monthsOf[terms.interval]));
}

function afterEvent(
  state: SubscriptionState | undefined,
  event: EventOfKind<'subscription'>,
): Omit<SubscriptionState, 'changes'> {
  const before = state ?? { status: 'incomplete' as const, quantity: 1 };
  switch (event.type) {
    case 'subscription.created': {
      const { subscriptionId: _, ...told } = event.data;
      return {
        ...before,
        ...told,
        quantity: told.quantity ?? 1,
        startedAt: state?.startedAt ?? event.occurredAt,
        canceledAt: undefined,
        cancelReason: undefined,
      };
    }
    case 'subscription.updated': {
      const { subscriptionId: _, ...told } = event.data;
      const restarted = told.status === undefined ? {} : { canceledAt: undefined, cancelReason: undefined };
      return {
        ...before,
        ...told,
        ...restarted,
        status: told.status ?? before.status,
        quantity: told.quantity ?? before.quantity,
      };
    }
    case 'subscription.canceled': {
      const { reason, meta } = event.data;
      return {
        ...before,
        ...(meta === undefined ? {} : { meta }),
        status: 'canceled',
        canceledAt: event.occurredAt,
        cancelReason: reason,
      };
    }
  }
}
