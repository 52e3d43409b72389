import type Stripe from 'stripe';
import { secondMs } from '#domain/instants';
import type { MadeRefund, ProviderRefund } from '../provider.ts';
import { chargedFor } from './charge-of-intent.ts';
import { fromStripeAmount } from './currency.ts';

/** What waits for its customer, or for money of ours, is under way. One that was called off has failed: nothing went back. */
export function madeRefund({ id, status, failure_reason: reason }: Stripe.Refund): MadeRefund {
  if (status === 'failed' || status === 'canceled') return { ref: id, status: 'failed', code: reason ?? status };
  return { ref: id, status: status === 'succeeded' ? status : 'pending', code: undefined };
}

/** None where its intent did not come along: it is of a charge that nobody here made. */
export function refundOf(refund: Stripe.Refund): ProviderRefund[] {
  const { payment_intent: intent, metadata, amount, created } = refund;
  if (intent === null || typeof intent !== 'object') return [];
  const currency = refund.currency.toUpperCase();
  return [
    {
      ...madeRefund(refund),
      key: metadata?.['key'],
      chargeRef: intent.id,
      chargedFor: chargedFor(intent.metadata),
      amountMinor: fromStripeAmount(amount, currency) ?? 0n,
      currency,
      madeAt: created * secondMs,
    },
  ];
}
