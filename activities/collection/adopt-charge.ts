import { mayMove } from '#domain/billing/invoice';
import { isUnsettled } from '#domain/billing/payments';
import type { ProviderCharge } from '#payments/provider';
import { current, note, putAttempt, type Book } from './book.ts';
import { attemptRef, idOf } from './names.ts';
import { bookPayment, settleAttempt } from './settle-attempts.ts';
import type { Standing, UnbookedCharge } from './standing.ts';

/** How a charge of the provider's came into the books. */
export type Adoption = 'settled' | 'adopted' | 'known' | 'not_open' | 'currency_differs';

/**
 * Takes a charge that succeeded into the books: as the outcome of its attempt, or, where the books lack the attempt or call it failed, as a
 * payment of its own. Money that was taken is booked once, whatever was believed about it, and is never asked for again.
 */
export function adoptCharge(book: Book, standing: Standing, charge: UnbookedCharge): Adoption {
  const attempt = standing.attempts.find(({ key }) => key === charge.key);
  if (!standing.unbooked.some(({ ref }) => ref === charge.ref)) return 'known';
  if (!mayMove(standing.invoice.status, 'pay')) return 'not_open';
  if (charge.currency !== standing.currency) return 'currency_differs';
  if (attempt && isUnsettled(attempt)) {
    settleAttempt(book, booked(book, standing, charge), attempt.ref, {
      status: 'known',
      charge: succeeded(charge, standing),
    });
    return 'settled';
  }
  const number = attempt ? undefined : attemptOfKey(standing.invoiceId, charge.key);
  const ref = number === undefined ? charge.ref : attemptRef(number);
  const { orgId, invoiceId } = standing;
  const { amountMinor, currency, chargedAt: at } = charge;
  const key = attempt ? undefined : charge.key;
  book.newPayments.push({
    orgId,
    invoiceId,
    ref,
    status: 'succeeded',
    amountMinor,
    currency,
    key,
    provider: charge.provider,
    at,
    asked: 0,
    attempt: number,
    token: undefined,
    trigger: undefined,
    slotDay: undefined,
    step: undefined,
    providerRef: charge.ref,
  });
  note(book, standing, 'payment.adopted', { providerRef: charge.ref, amountMinor: String(amountMinor), currency });
  const paid = bookPayment(book, booked(book, standing, charge), { ref, amountMinor, at });
  if (number === undefined || key === undefined) return 'adopted';
  const adopted = {
    ref,
    attempt: number,
    status: 'succeeded',
    startedAt: at,
    slotDay: undefined,
    step: undefined,
    key,
    provider: charge.provider,
    token: '',
  } as const;
  putAttempt(book, paid, {
    ...adopted,
    amountMinor,
    currency,
    asked: 0,
    providerRef: charge.ref,
    failureCode: undefined,
  });
  return 'adopted';
}

/** What the books do not explain about an invoice's charges is taken into them, where it can be. */
export function adoptUnbooked(book: Book, standing: Standing): Standing {
  for (const charge of standing.unbooked) adoptCharge(book, current(book, standing), charge);
  return current(book, standing);
}

function succeeded(charge: UnbookedCharge, { orgId, invoiceId }: Standing): ProviderCharge {
  const outcome = { status: 'succeeded' } as const;
  return { ...charge, chargedFor: { orgId, invoiceId }, outcome, refundedMinor: 0n, isDisputed: false };
}

/** The invoice without the charge among what the books lack. */
function booked(book: Book, standing: Standing, charge: UnbookedCharge): Standing {
  const changed = { ...standing, unbooked: standing.unbooked.filter(({ ref }) => ref !== charge.ref) };
  book.standings.set(idOf(standing), changed);
  return changed;
}

/** The number in an attempt's key; undefined for a key that is not one of this invoice's. */
function attemptOfKey(invoiceId: string, key: string | undefined): number | undefined {
  const prefix = `pay:${invoiceId}:`;
  if (!key?.startsWith(prefix)) return undefined;
  const digits = key.slice(prefix.length);
  return /^[1-9][0-9]{0,8}$/.test(digits) ? Number(digits) : undefined;
}
