import type Stripe from 'stripe';
import type { ChargeOutcome } from '#domain/billing/payments';
import { secondMs } from '#domain/instants';
import type { ChargedFor, ProviderCharge } from '../provider.ts';
import { isHardDecline } from './declines.ts';
import { fromStripeAmount } from './currency.ts';

/** What an intent comes to. Whatever may still succeed is not known. */
export function chargeOfIntent(intent: Stripe.PaymentIntent): ProviderCharge {
  const currency = intent.currency.toUpperCase();
  const taken = intent.status === 'succeeded' ? intent.amount_received : intent.amount;
  const amountMinor = fromStripeAmount(taken, currency);
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  return {
    ref: intent.id,
    key: intent.metadata['key'],
    chargedFor: chargedFor(intent.metadata),
    amountMinor: amountMinor ?? 0n,
    currency,
    outcome: amountMinor === undefined ? { status: 'unknown' } : outcomeOf(intent),
    chargedAt: intent.created * secondMs,
    refundedMinor: fromStripeAmount(charge?.amount_refunded ?? 0, currency) ?? 0n,
    isDisputed: charge?.disputed ?? false,
  };
}

function outcomeOf({ status, last_payment_error: problem }: Stripe.PaymentIntent): ChargeOutcome {
  switch (status) {
    case 'succeeded':
      return { status: 'succeeded' };
    case 'canceled':
    case 'requires_payment_method':
      return failed(problem?.decline_code ?? problem?.code ?? status);
    // Nobody is there to answer a bank's question, and the intent is confirmed once only.
    case 'requires_action':
    case 'requires_confirmation':
      return { status: 'failed', decline: 'hard', code: 'authentication_required' };
    case 'processing':
    case 'requires_capture':
      return { status: 'unknown' };
    default:
      return { status: 'unknown' };
  }
}

export function failed(code: string): ChargeOutcome {
  return { status: 'failed', decline: isHardDecline(code) ? 'hard' : 'soft', code };
}

export function chargedFor({ org, invoice }: Stripe.Metadata): ChargedFor | undefined {
  return org && invoice ? { orgId: org, invoiceId: invoice } : undefined;
}
