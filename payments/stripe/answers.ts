import Stripe from 'stripe';
import { amountNotChargeable } from '../chargeable.ts';
import type { ChargeAnswer, RefundAnswer } from '../provider.ts';
import { failed } from './charge-of-intent.ts';

const retryAfterMsDefault = 1_000;
/** What it takes at least and at most depends on the currency of the account's bank, so only it can tell. */
const ofAmount: ReadonlySet<string> = new Set(['amount_too_small', 'amount_too_large']);

/** What a call that threw says about a charge: a decline and a refusal are definite, and so is a 429; all else is not known. */
export function answerOfError(error: unknown): ChargeAnswer {
  if (!(error instanceof Stripe.errors.StripeError)) return { status: 'unknown', code: 'no_answer' };
  const told = error.decline_code ?? error.code ?? error.type;
  const code = ofAmount.has(told) ? amountNotChargeable : told;
  if (isBusy(error)) return { status: 'busy', retryAfterMs: retryAfterMs(error), code };
  if (error instanceof Stripe.errors.StripeCardError) {
    const outcome = failed(code);
    return outcome.status === 'failed'
      ? { status: 'refused', decline: outcome.decline, code }
      : { status: 'unknown', code };
  }
  // Asked for something that the provider will never do, such as a method that is gone. Nothing was charged.
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return { status: 'refused', decline: 'hard', code };
  return { status: 'unknown', code };
}

export function refundAnswerOfError(error: unknown): RefundAnswer {
  const answer = answerOfError(error);
  return answer.status === 'known'
    ? { status: 'unknown', code: 'no_answer' }
    : { status: answer.status, code: answer.code };
}

/** Our own key that is wrong or not allowed to charge says nothing about the customer's method. */
function isBusy(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return (
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError ||
    error.code === 'lock_timeout' ||
    error.statusCode === 429
  );
}

function retryAfterMs({ headers }: InstanceType<typeof Stripe.errors.StripeError>): number {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : retryAfterMsDefault;
}
