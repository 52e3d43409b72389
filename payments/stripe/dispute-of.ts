import type Stripe from 'stripe';
import type { DisputeStatus } from '#domain/billing/disputes';
import { secondMs } from '#domain/instants';
import type { ProviderDispute } from '../provider.ts';
import { chargedFor } from './charge-of-intent.ts';
import { fromStripeAmount } from './currency.ts';

/** A question of a bank that became no dispute took no money; one that is appealed against is lost until it is won. */
const ended: Readonly<Record<string, DisputeStatus>> = {
  won: 'won',
  warning_closed: 'won',
  prevented: 'won',
  lost: 'lost',
  appeal_needs_response: 'lost',
  appeal_under_review: 'lost',
};

export function disputeOf(dispute: Stripe.Dispute, intent: Stripe.PaymentIntent): ProviderDispute {
  const currency = dispute.currency.toUpperCase();
  const moved = dispute.balance_transactions;
  const feeCurrency = moved[0]?.currency.toUpperCase();
  const fee = moved.reduce((sum, one) => sum + one.fee, 0);
  return {
    ref: dispute.id,
    chargeRef: intent.id,
    chargedFor: chargedFor(intent.metadata),
    status: ended[dispute.status] ?? 'open',
    amountMinor: fromStripeAmount(dispute.amount, currency) ?? 0n,
    currency,
    feeMinor: (feeCurrency === undefined ? undefined : fromStripeAmount(fee, feeCurrency)) ?? 0n,
    feeCurrency,
    openedAt: dispute.created * secondMs,
  };
}
