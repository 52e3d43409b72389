import type { DunningCase } from '#domain/billing/dunning';
import type { Invoice } from '#domain/billing/invoice';
import type { EpochMs } from '#domain/instants';
import type { LedgerTransaction } from '../billing/write-ledger.ts';
import { idOf, type Actor, type InvoiceName, type PaymentName } from './names.ts';
import type { StoredDispute } from './standing-disputes.ts';
import type { Standing, StoredAttempt } from './standing.ts';

/** What a payment's row says after a change. */
export interface PaymentChange extends PaymentName {
  readonly status: StoredAttempt['status'];
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly providerRef?: string | undefined;
  readonly failureCode?: string | undefined;
  readonly decline?: 'soft' | 'hard' | undefined;
  readonly asked: number;
  readonly askAt?: EpochMs | undefined;
}

/** What an attempt's row says of it. */
export function changeOf({ orgId, invoiceId }: InvoiceName, attempt: StoredAttempt): PaymentChange {
  const { ref, status, amountMinor, currency, providerRef, failureCode, asked } = attempt;
  return { orgId, invoiceId, ref, status, amountMinor, currency, providerRef, failureCode, asked };
}

/** A payment that was not in the books: a new attempt, or money that the provider is found to have taken. */
export interface NewPayment extends PaymentChange {
  readonly attempt: number | undefined;
  readonly key: string | undefined;
  readonly provider: string;
  readonly token: string | undefined;
  readonly trigger: 'collection' | 'schedule' | 'new_method' | 'by_hand' | undefined;
  readonly slotDay: number | undefined;
  readonly step: number | undefined;
  readonly at: EpochMs;
}

export interface AuditNote extends InvoiceName {
  readonly action: string;
  readonly outcome?: 'ok' | 'rejected';
  readonly detail: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
}

export interface NoticeDue {
  readonly orgId: string;
  readonly caseId: string;
  readonly step: number;
}

export interface WaitDue extends InvoiceName {
  readonly reason: 'no_method' | 'charge_unexplained' | 'amount_not_chargeable' | 'disputed' | 'dispute_lost';
}

/** Everything that one transaction will write, gathered while rules decide in memory. */
export interface Book {
  readonly at: EpochMs;
  readonly actor: Actor;
  /** When attempts are made that are begun here. */
  readonly madeAt: EpochMs;
  readonly standings: Map<string, Standing>;
  readonly invoices: Set<string>;
  readonly cases: Set<string>;
  readonly newPayments: NewPayment[];
  readonly payments: PaymentChange[];
  readonly disputes: (InvoiceName & StoredDispute)[];
  readonly ledger: LedgerTransaction[];
  readonly notices: NoticeDue[];
  readonly waits: WaitDue[];
  readonly explained: InvoiceName[];
  readonly audit: AuditNote[];
}

export function createBook(standings: Map<string, Standing>, on: Pick<Book, 'at' | 'actor' | 'madeAt'>): Book {
  return {
    ...on,
    standings,
    invoices: new Set(),
    cases: new Set(),
    newPayments: [],
    payments: [],
    disputes: [],
    ledger: [],
    notices: [],
    waits: [],
    explained: [],
    audit: [],
  };
}

export function note(
  book: Book,
  { orgId, invoiceId }: InvoiceName,
  action: string,
  detail: AuditNote['detail'] = {},
  outcome: AuditNote['outcome'] = 'ok',
): void {
  book.audit.push({ orgId, invoiceId, action, detail, outcome });
}

/** Nothing can collect it: listed, and told once for its reason. */
export function waitFor(book: Book, standing: Standing, reason: WaitDue['reason']): undefined {
  if (standing.waitsFor === reason) return;
  const { orgId, invoiceId } = standing;
  if (standing.waitsFor !== undefined) book.explained.push({ orgId, invoiceId });
  book.waits.push({ orgId, invoiceId, reason });
  note(book, standing, 'collection.waits', { reason });
}

export function putInvoice(book: Book, standing: Standing, invoice: Invoice, more: Partial<Standing> = {}): Standing {
  const changed = { ...standing, ...more, invoice };
  book.invoices.add(idOf(standing));
  book.standings.set(idOf(standing), changed);
  return changed;
}

export function putCase(book: Book, standing: Standing, dunning: DunningCase): Standing {
  if (standing.dunning === dunning) return standing;
  const changed = { ...standing, dunning };
  book.cases.add(idOf(standing));
  book.standings.set(idOf(standing), changed);
  return changed;
}

export function putAttempt(book: Book, standing: Standing, attempt: StoredAttempt): Standing {
  const others = standing.attempts.filter(({ ref }) => ref !== attempt.ref);
  const changed = { ...standing, attempts: [...others, attempt] };
  book.standings.set(idOf(standing), changed);
  return changed;
}

/** An invoice as what was decided so far left it. */
export function current(book: Book, standing: Standing): Standing {
  return book.standings.get(idOf(standing)) ?? standing;
}

export function putDispute(book: Book, standing: Standing, dispute: StoredDispute): Standing {
  const { orgId, invoiceId } = standing;
  book.disputes.push({ ...dispute, orgId, invoiceId });
  const isThis = ({ provider, ref }: StoredDispute) => provider === dispute.provider && ref === dispute.ref;
  const changed = { ...standing, disputes: standing.disputes.map((one) => (isThis(one) ? dispute : one)) };
  book.standings.set(idOf(standing), changed);
  return changed;
}
