import { actOf, afterRetry, onDay, retryByHand, type DunningCase, type Retry } from '#domain/billing/dunning';
import { holdOf } from '#domain/billing/disputes';
import { collectableMinor } from '#domain/billing/invoice';
import { attemptKey, isUnsettled, nextAttempt, pendingMsMax } from '#domain/billing/payments';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import { amountNotChargeable, canCharge } from '#payments/chargeable';
import { adoptUnbooked } from './adopt-charge.ts';
import { changeOf, note, putAttempt, putCase, waitFor, type Book } from './book.ts';
import { attemptRef } from './names.ts';
import { isHeld } from './standing-disputes.ts';
import { attemptDayOf, dayOf, type Standing, type StoredAttempt } from './standing.ts';

type Trigger = Retry | { readonly trigger: 'collection' };

/**
 * Begins what a slot owes an invoice: its first collection, or a retry of its case. The due is read here, under the org's lock: what was
 * paid meanwhile is not asked for. Undefined where nothing is to be sent.
 */
export function beginBySlot(book: Book, before: Standing): StoredAttempt | undefined {
  const today = dayOf(book.at);
  const standing = adoptUnbooked(book, before);
  if (!isCollectable(book, standing) || standing.attempts.some(isUnsettled)) return undefined;
  if (isHeld(standing)) return standing.waitsFor === 'dispute_lost' ? undefined : waitFor(book, standing, 'disputed');
  if (standing.unbooked.length > 0 || standing.isBeingCharged) return waitFor(book, standing, 'charge_unexplained');
  if (!standing.method) return waitFor(book, standing, 'no_method');
  if (!isChargeable(standing)) return waitFor(book, standing, amountNotChargeable);
  if (!standing.dunning) {
    const isTriedToday = standing.attempts.some((attempt) => attemptDayOf(attempt) === today);
    return isTriedToday ? undefined : begin(book, standing, { trigger: 'collection' });
  }
  const dunning = onDay(standing.dunning, today);
  const stood = putStoodCase(book, standing, dunning);
  const act = actOf(dunning, today, false);
  return act.do === 'retry' ? begin(book, stood, act.retry) : undefined;
}

/** Begins a retry by staff: beside the schedule, of which it uses no step, and also of what was given up or whose case is over. */
export function beginByHand(book: Book, standing: Standing): StoredAttempt | Refusal {
  if (standing.isParked) return refusal('is_parked');
  if (collectableMinor(standing.invoice, 'by_hand') === 0n) return refusal('nothing_due');
  const retry = retryByHand(standing.attempts.some(isUnsettled) || standing.unbooked.length > 0);
  if (isRefusal(retry)) return retry;
  if (holdOf(standing.disputes) === 'disputed') return refusal('is_disputed');
  if (!standing.method) return refusal('no_payment_method');
  if (!isChargeable(standing)) return refusal(amountNotChargeable);
  return begin(book, standing, retry) ?? refusal('nothing_due');
}

/**
 * Begins the retry at once that a changed method brings, unless the case was closed. One that ended and left its invoice due stays as it is: the
 * method that came late is tried once.
 */
export function beginByNewMethod(book: Book, standing: Standing): StoredAttempt | undefined {
  const { dunning } = standing;
  if (dunning?.state === 'closed' || isHeld(standing)) return undefined;
  if (!isCollectable(book, standing) || standing.attempts.some(isUnsettled)) return undefined;
  if (standing.unbooked.length > 0) return waitFor(book, standing, 'charge_unexplained');
  if (!isChargeable(standing)) return waitFor(book, standing, amountNotChargeable);
  return begin(book, standing, dunning ? { trigger: 'new_method' } : { trigger: 'collection' });
}

function isCollectable({ at }: Book, { invoice, isParked, dueAt }: Standing): boolean {
  return !isParked && collectableMinor(invoice) > 0n && dueAt !== undefined && dueAt <= at;
}

/** Not by an amount that its provider refused before as one that it does not take. */
function isChargeable({ invoice: { dueMinor }, currency, method, attempts }: Standing): boolean {
  if (method && !canCharge(method.provider, dueMinor, currency)) return false;
  const last = attempts.at(-1);
  return (
    last?.failureCode !== amountNotChargeable || last.amountMinor !== dueMinor || last.provider !== method?.provider
  );
}

function putStoodCase(book: Book, standing: Standing, dunning: DunningCase): Standing {
  if (dunning.state !== standing.dunning?.state) note(book, standing, 'dunning.exhausted');
  return putCase(book, standing, dunning);
}

function begin(book: Book, standing: Standing, retry: Trigger): StoredAttempt | undefined {
  const number = nextAttempt([...standing.attempts]);
  const { method } = standing;
  if (typeof number !== 'number' || !method) return undefined;
  const attempt: StoredAttempt = {
    ref: attemptRef(number),
    attempt: number,
    status: 'pending',
    startedAt: book.madeAt,
    slotDay: retry.trigger === 'schedule' || retry.trigger === 'collection' ? dayOf(book.at) : undefined,
    step: retry.trigger === 'schedule' ? retry.step : undefined,
    key: attemptKey(standing.invoiceId, number),
    ...method,
    amountMinor: collectableMinor(standing.invoice, retry.trigger),
    currency: standing.currency,
    asked: 0,
    providerRef: undefined,
    failureCode: undefined,
  };
  if (standing.waitsFor !== undefined) book.explained.push({ orgId: standing.orgId, invoiceId: standing.invoiceId });
  noteBegun(book, standing, attempt, retry);
  const begun = putAttempt(book, standing, attempt);
  if (begun.dunning && retry.trigger !== 'collection') putRetried(book, begun, begun.dunning, retry);
  return attempt;
}

function noteBegun(book: Book, standing: Standing, attempt: StoredAttempt, retry: Trigger) {
  const { amountMinor, currency, key, provider, token, step, attempt: number } = attempt;
  book.newPayments.push({
    ...changeOf(standing, attempt),
    key,
    provider,
    token,
    attempt: number,
    trigger: retry.trigger,
    slotDay: attempt.slotDay,
    step,
    // Older than this, not as old.
    askAt: book.at + pendingMsMax + 1,
    at: attempt.startedAt,
  });
  note(book, standing, 'payment.attempted', {
    attempt: number,
    amountMinor: String(amountMinor),
    currency,
    trigger: retry.trigger,
    step,
    provider,
  });
}

function putRetried(book: Book, standing: Standing, dunning: DunningCase, retry: Retry) {
  const after = afterRetry(dunning, retry, dayOf(book.at));
  if (after.state !== dunning.state) note(book, standing, 'dunning.exhausted');
  putCase(book, standing, after);
}
