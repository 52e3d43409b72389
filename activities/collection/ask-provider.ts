import { setTimeout as pause } from 'node:timers/promises';
import { collectableMinor } from '#domain/billing/invoice';
import { mayResend, outcomeOfLookUp } from '#domain/billing/payments';
import { secondMs, type EpochMs } from '#domain/instants';
import type { ChargeAnswer, ChargeOrder, PaymentProvider } from '#payments/provider';
import type { InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import type { AttemptAnswer } from './settle-attempts.ts';
import type { Standing, StoredAttempt } from './standing.ts';

type Asking = Pick<CollectionResources, 'providers' | 'now'>;

const busyTriesMax = 3;
const busyWaitMsMax = 5 * secondMs;

/** Sends a charge whose attempt was committed just now, and that nobody has sent before. */
export async function sendCharge(
  { providers }: Asking,
  name: InvoiceName,
  attempt: StoredAttempt,
): Promise<AttemptAnswer> {
  const provider = providers.get(attempt.provider);
  return provider ? chargePatiently(provider, orderOf(name, attempt)) : notConfigured;
}

/**
 * Asks for the truth about an attempt: the charge that the provider has; where it has none, the same charge again under the same key, which
 * cannot charge twice; or, once the key is about to be forgotten or nothing is due any more, that there was no charge.
 */
export async function askForCharge(
  { providers, now }: Asking,
  standing: Standing,
  attempt: StoredAttempt,
  at: EpochMs,
): Promise<AttemptAnswer> {
  const provider = providers.get(attempt.provider);
  if (!provider) return { status: 'unanswered' };
  const { key, sentAt, startedAt } = attempt;
  const { orgId, invoiceId } = standing;
  try {
    const charge = await provider.find({ orgId, invoiceId, key, sentAt });
    if (charge) return { status: 'known', charge };
  } catch {
    return { status: 'unanswered' };
  }
  if (collectableMinor(standing.invoice) < attempt.amountMinor)
    return { status: 'refused', decline: 'soft', code: 'no_longer_due' };
  const isTrusted = mayResend({ startedAt }, at) && mayResend({ startedAt: sentAt }, now());
  return isTrusted ? chargePatiently(provider, orderOf(standing, attempt)) : notCharged();
}

const notConfigured: AttemptAnswer = { status: 'busy', retryAfterMs: 0, code: 'provider_not_configured' };

function notCharged(): AttemptAnswer {
  const outcome = outcomeOfLookUp(undefined);
  if (outcome.status !== 'failed') throw new Error('what the provider does not have has failed');
  return { ...outcome, status: 'refused' };
}

/** A busy provider is asked again with the same key when it says so; what is still busy then waits for the next slot. */
async function chargePatiently(provider: PaymentProvider, order: ChargeOrder): Promise<ChargeAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await provider.charge(order);
    if (answer.status !== 'busy' || tries === busyTriesMax || answer.retryAfterMs > busyWaitMsMax) return answer;
    await pause(answer.retryAfterMs);
  }
}

function orderOf({ orgId, invoiceId }: InvoiceName, attempt: StoredAttempt): ChargeOrder {
  const { key, token, amountMinor, currency } = attempt;
  return { orgId, invoiceId, key, token, amountMinor, currency };
}
