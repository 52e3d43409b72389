import { afterDecline, afterNewMethod, closeCase, isOpen, openCase } from '#domain/billing/dunning';
import { pay } from '#domain/billing/invoice';
import { entriesOf } from '#domain/billing/ledger';
import { nextAskAt, noLongerDue, settle, type ChargeOutcome } from '#domain/billing/payments';
import { isRefusal } from '#domain/billing/refusals';
import { dayMs } from '#domain/instants';
import { amountNotChargeable } from '#payments/chargeable';
import type { ChargeAnswer, ProviderCharge } from '#payments/provider';
import { changeOf, note, putAttempt, putCase, putInvoice, waitFor, type Book } from './book.ts';
import { attemptDayOf, type Standing, type StoredAttempt } from './standing.ts';

/** What came of asking a provider about an attempt; `unanswered` where even the question got no answer. */
export type AttemptAnswer = ChargeAnswer | { readonly status: 'unanswered' };

/** Why an attempt was not sent: the invoice had been charged already, by what the books had lost. */
export const chargedBefore = 'charged_before';

/** Settles an attempt by what the provider answered. Told twice it changes nothing, and what is settled stays. */
export function settleAttempt(book: Book, standing: Standing, ref: string, answer: AttemptAnswer): void {
  const attempt = standing.attempts.find((one) => one.ref === ref);
  if (!attempt) return;
  const told = outcomeOf(answer, attempt);
  const status = settle(attempt.status, told.outcome.status);
  switch (told.outcome.status) {
    case 'succeeded':
      if (status === attempt.status) return;
      return settleSucceeded(book, standing, attempt, told.charge);
    case 'failed':
      if (status === attempt.status) return;
      return settleFailed(book, standing, attempt, told.outcome, told.charge?.ref);
    case 'unknown':
      if (attempt.status === 'pending' || attempt.status === 'unknown') settleUnknown(book, standing, attempt, answer);
  }
}

/** Books money that a payment brought: the invoice takes what is due, the rest is the org's credit. */
export function bookPayment(
  book: Book,
  standing: Standing,
  payment: { readonly ref: string; readonly amountMinor: bigint; readonly at: number },
  as: { readonly fact: 'paid' | 'reinstated'; readonly transactionId: string } = {
    fact: 'paid',
    transactionId: `paid:${standing.invoiceId}:${payment.ref}`,
  },
): Standing {
  const { orgId, invoiceId, currency } = standing;
  const paid = pay(standing.invoice, payment.amountMinor);
  if (isRefusal(paid)) throw new Error(`a payment cannot be booked: ${paid.refused}`);
  const { invoice, takenMinor, excessMinor } = paid;
  const isNowPaid = invoice.status === 'paid' && standing.invoice.status !== 'paid';
  const changed = putInvoice(book, standing, invoice, {
    overpaidMinor: standing.overpaidMinor + excessMinor,
    ...(isNowPaid && { paidAt: payment.at }),
  });
  book.ledger.push({
    orgId,
    ...as,
    invoiceId,
    currency,
    at: payment.at,
    entries: entriesOf({ fact: as.fact, takenMinor, excessMinor }),
  });
  // What a lost dispute left due waits for staff, whatever else comes.
  if (standing.waitsFor !== undefined && standing.waitsFor !== 'dispute_lost')
    book.explained.push({ orgId, invoiceId });
  if (isNowPaid) note(book, standing, 'invoice.paid', { amountMinor: String(invoice.paidMinor), currency });
  if (excessMinor > 0n) note(book, standing, 'invoice.overpaid', { amountMinor: String(excessMinor), currency });
  return isNowPaid ? closedBy(book, changed, 'paid') : changed;
}

/** Payment, voiding or cancelling closes the case and stops everything. Nothing waits any more. */
export function closedBy(book: Book, standing: Standing, by: 'paid' | 'voided' | 'canceled'): Standing {
  if (standing.waitsFor !== undefined) book.explained.push({ orgId: standing.orgId, invoiceId: standing.invoiceId });
  if (!standing.dunning) return standing;
  if (isOpen(standing.dunning)) note(book, standing, 'dunning.closed', { by });
  return putCase(book, standing, closeCase(standing.dunning, by));
}

interface Told {
  readonly outcome: ChargeOutcome;
  readonly charge?: ProviderCharge;
}

/** A charge that is not what the attempt asked for is not taken for it, unless less was captured: staff and the match see it. */
function outcomeOf(answer: AttemptAnswer, { currency, key }: StoredAttempt): Told {
  switch (answer.status) {
    case 'known': {
      const { charge } = answer;
      const isOurs = charge.key === key && charge.currency === currency && charge.amountMinor > 0n;
      return isOurs ? { outcome: charge.outcome, charge } : { outcome: { status: 'unknown' } };
    }
    case 'refused':
      return { outcome: { status: 'failed', decline: answer.decline, code: answer.code } };
    case 'busy':
    case 'unknown':
    case 'unanswered':
      return { outcome: { status: 'unknown' } };
  }
}

function settleSucceeded(book: Book, standing: Standing, attempt: StoredAttempt, charge: ProviderCharge | undefined) {
  const amountMinor = charge?.amountMinor ?? attempt.amountMinor;
  const { ref, asked, currency } = attempt;
  putPayment(book, standing, { ...attempt, status: 'succeeded', amountMinor, providerRef: charge?.ref });
  note(book, standing, 'payment.succeeded', {
    attempt: attempt.attempt,
    amountMinor: String(amountMinor),
    currency,
    asked,
    ...(amountMinor !== attempt.amountMinor && { askedMinor: String(attempt.amountMinor) }),
  });
  bookPayment(book, current(book, standing), { ref, amountMinor, at: attempt.startedAt });
}

function settleFailed(
  book: Book,
  standing: Standing,
  attempt: StoredAttempt,
  { decline, code }: { readonly decline: 'soft' | 'hard'; readonly code: string },
  providerRef: string | undefined,
) {
  putPayment(book, standing, { ...attempt, status: 'failed', providerRef, failureCode: code }, { decline });
  note(book, standing, 'payment.failed', { attempt: attempt.attempt, code, decline, asked: attempt.asked });
  if (code === chargedBefore) return waitIfUnexplained(book, current(book, standing));
  // Nor is what was not sent since it is not due any more.
  if (code === noLongerDue) return;
  if (code === amountNotChargeable) return waitFor(book, current(book, standing), code);
  const failedOn = attemptDayOf(attempt);
  const { dunning, invoice, policy, dueAt } = standing;
  if (!dunning) {
    // What staff try before it is due is no collection that failed: that is still to come.
    if (invoice.status !== 'open' || (dueAt !== undefined && attempt.startedAt < dueAt)) return;
    note(book, standing, 'dunning.opened', { decline });
    const opened = openCase(policy, failedOn, decline);
    const isAnother = isOfAnotherMethod(attempt, standing);
    noteStep(book, standing, 0);
    putCase(book, current(book, standing), isAnother ? afterNewMethod(opened, failedOn) : opened);
    return;
  }
  const after = afterDecline(dunning, decline, failedOn);
  if (after.stoppedOn !== dunning.stoppedOn) note(book, standing, 'dunning.stopped', { code });
  if (!isOpen(after)) return;
  if (attempt.step !== undefined) noteStep(book, standing, attempt.step);
  putCase(book, current(book, standing), after);
}

/** The method was changed while the outcome was not known. */
function isOfAnotherMethod({ provider, token }: StoredAttempt, { method }: Standing): boolean {
  return method !== undefined && (method.provider !== provider || method.token !== token);
}

/** What was not sent is no failed collection, and nobody is told of one. A charge that could not be taken into the books is for staff. */
function waitIfUnexplained(book: Book, standing: Standing) {
  if (standing.unbooked.length > 0) waitFor(book, standing, 'charge_unexplained');
}

/** A notice goes out for the step that failed; one by hand, or of a new method, has none of its own. */
function noteStep(book: Book, { orgId, caseId }: Standing, step: number) {
  book.notices.push({ orgId, caseId, step });
}

function settleUnknown(book: Book, standing: Standing, attempt: StoredAttempt, answer: AttemptAnswer) {
  // What was definitely not charged waits as it is, and is sent again under the same key at the next slot. A question without an answer
  // is put again at the next slot.
  if (answer.status === 'busy' || answer.status === 'unanswered') {
    putPayment(book, standing, attempt, { askAt: book.at + 1 });
    return;
  }
  const asked = attempt.status === 'unknown' ? attempt.asked + 1 : attempt.asked;
  // What the provider has and has not ended, as a debit of a bank account, is asked about until it has.
  const askAt = nextAskAt(attempt, book.at) ?? (answer.status === 'known' ? book.at + dayMs : undefined);
  putPayment(book, standing, { ...attempt, status: 'unknown', asked }, { askAt });
  if (attempt.status === 'pending') note(book, standing, 'payment.unknown', { attempt: attempt.attempt });
}

function putPayment(
  book: Book,
  standing: Standing,
  attempt: StoredAttempt,
  more: { readonly decline?: 'soft' | 'hard'; readonly askAt?: number | undefined } = {},
) {
  book.payments.push({ ...changeOf(standing, attempt), ...more });
  putAttempt(book, standing, attempt);
}

function current(book: Book, standing: Standing): Standing {
  return book.standings.get(`${standing.orgId}:${standing.invoiceId}`) ?? standing;
}
