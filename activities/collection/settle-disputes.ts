import { goneBackMinor, holdOf } from '#domain/billing/disputes';
import { chargeBack, collectableMinor } from '#domain/billing/invoice';
import { entriesOf } from '#domain/billing/ledger';
import { isRefusal } from '#domain/billing/refusals';
import type { JobPhase } from '../jobs/job-phase.ts';
import { occasionOf } from './decide-book.ts';
import { current, note, putDispute, putInvoice, waitFor, type Book } from './book.ts';
import { dueIds } from './due-ids.ts';
import { readDisputesAgain } from './import-disputes.ts';
import { invoiceOf, orgOf } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { bookPayment } from './settle-attempts.ts';
import { isHold, type StoredDispute } from './standing-disputes.ts';
import type { Standing } from './standing.ts';
import { withinLock } from './within-lock.ts';

/** Disputes that moved on and no webhook told of, and those that the books could not take before. Key: the dispute, and what of it is booked. */
export function disputesPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'disputes',
    setSize: 1,
    pageSize: 20,
    waitsForOthers: true,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_disputes', slot.at, range),
    async apply(ids, slot) {
      const names = ids.map(invoiceOf);
      await readDisputesAgain(resources, names);
      await withinLock(resources.db, names, occasionOf(resources, slot), (book, standingOf) => {
        for (const standing of names.flatMap((name) => standingOf(name) ?? [])) settleDisputes(book, standing);
      });
      return { disputesRead: ids.length };
    },
  };
}

/**
 * Takes into the books what is new of an invoice's disputes. What a lost one took goes out of its payment: it is due again, and staff say whether it
 * is collected once more. Won after all, it comes back. Told twice it changes nothing.
 */
export function settleDisputes(book: Book, before: Standing): void {
  for (const { provider, ref } of before.disputes) {
    const standing = current(book, before);
    const dispute = standing.disputes.find((one) => one.provider === provider && one.ref === ref);
    if (dispute && dispute.status !== dispute.bookedStatus && isBookable(standing, dispute))
      settleDispute(book, standing, dispute);
  }
}

/** Not before the refunds of its payment, and of what was overpaid, have an outcome: the bank takes what these leave. What is in another currency is for staff. */
function isBookable({ currency }: Standing, { status, currency: disputed, payment }: StoredDispute): boolean {
  return status !== 'lost' || (disputed === currency && payment?.isRefundUnderWay === false);
}

function settleDispute(book: Book, standing: Standing, dispute: StoredDispute) {
  const { provider, ref, status, payment, currency, changes } = dispute;
  const goneMinor = goneBackMinor(dispute, dispute.reversedMinor, leftOf(standing, dispute));
  const movedMinor = goneMinor - dispute.reversedMinor;
  if (movedMinor > 0n) takeBack(book, standing, dispute, movedMinor);
  if (movedMinor < 0n && payment) {
    const transactionId = `reinstated:${standing.invoiceId}:${ref}:${changes + 1}`;
    const returned = { ref: payment.ref, amountMinor: -movedMinor, at: book.at };
    bookPayment(book, standing, returned, { fact: 'reinstated', transactionId });
  }
  const feeMinor = status === 'open' ? dispute.bookedFeeMinor : dispute.feeMinor;
  if (feeMinor !== dispute.bookedFeeMinor) bookFee(book, standing, dispute, feeMinor);
  putDispute(book, current(book, standing), {
    ...dispute,
    bookedStatus: status,
    reversedMinor: goneMinor,
    bookedFeeMinor: feeMinor,
    changes: changes + 1,
  });
  const action = status === 'open' ? 'dispute.opened' : `dispute.${status}`;
  const detail = { provider, dispute: ref, payment: payment?.ref, amountMinor: String(dispute.amountMinor), currency };
  note(
    book,
    standing,
    action,
    { ...detail, goneBackMinor: String(goneMinor), feeMinor: String(feeMinor), feeCurrency: dispute.feeCurrency },
    status === 'won' ? 'ok' : 'rejected',
  );
  holdOrRelease(book, current(book, standing));
}

/** What refunds and other disputes left of its payment. */
function leftOf({ disputes }: Standing, { payment, ref }: StoredDispute): bigint {
  if (!payment) return 0n;
  const others = disputes.filter((one) => one.payment?.ref === payment.ref && one.ref !== ref);
  return others.reduce((left, { reversedMinor }) => left - reversedMinor, payment.amountMinor - payment.refundedMinor);
}

function takeBack(book: Book, standing: Standing, { ref, currency, changes }: StoredDispute, amountMinor: bigint) {
  const { orgId, invoiceId, overpaidMinor, isGivenUp } = standing;
  const after = chargeBack(standing.invoice, amountMinor, overpaidMinor, isGivenUp);
  if (isRefusal(after)) throw new Error(`a dispute cannot be booked: ${after.refused}`);
  const { invoice, takenMinor, excessMinor } = after;
  putInvoice(book, standing, invoice, {
    overpaidMinor: overpaidMinor - excessMinor,
    ...(invoice.status !== 'paid' && { paidAt: undefined }),
  });
  book.ledger.push({
    orgId,
    transactionId: `charged_back:${invoiceId}:${ref}:${changes + 1}`,
    fact: 'charged_back',
    invoiceId,
    currency,
    at: book.at,
    entries: entriesOf({ fact: 'charged_back', takenMinor, excessMinor }),
  });
}

/** In whatever currency the provider pays us, and of no invoice: its customer owes nothing of it. */
function bookFee(book: Book, { orgId }: Standing, dispute: StoredDispute, feeMinor: bigint) {
  const { ref, feeCurrency, changes, bookedFeeMinor } = dispute;
  if (feeCurrency === undefined) return;
  book.ledger.push({
    orgId,
    transactionId: `dispute_fee:${ref}:${changes + 1}`,
    fact: 'dispute_fee',
    invoiceId: undefined,
    currency: feeCurrency,
    at: book.at,
    entries: entriesOf({ fact: 'dispute_fee', amountMinor: feeMinor - bookedFeeMinor }),
  });
}

function holdOrRelease(book: Book, standing: Standing) {
  const { orgId, invoiceId, invoice, waitsFor, disputes } = standing;
  const hold = holdOf(disputes);
  if (hold && collectableMinor(invoice) > 0n) waitFor(book, standing, hold);
  if (!hold && isHold(waitsFor)) book.explained.push({ orgId, invoiceId });
}
