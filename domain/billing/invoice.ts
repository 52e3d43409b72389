import { smaller } from '../money.ts';
import type { Retry } from './dunning.ts';
import {
  partsOf,
  totalsOf,
  type InvoiceTotals,
  type PartAmounts,
  type Terms,
  type TotalledLine,
} from './invoice-totals.ts';
import { isRefusal, refusal, type Refusal } from './refusals.ts';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
export type InvoiceMove =
  | 'edit'
  | 'open'
  | 'pay'
  | 'credit'
  | 'refund'
  | 'void'
  | 'give_up'
  | 'write_off'
  | 'take_back';

/** The legal moves. Partial payment is inside `open`. Money for a paid, void or written-off invoice is taken, as the org's credit. */
export const invoiceMoves = {
  draft: ['edit', 'open'],
  open: ['pay', 'credit', 'refund', 'void', 'give_up', 'take_back'],
  paid: ['pay', 'refund', 'take_back'],
  void: ['pay'],
  uncollectible: ['pay', 'refund', 'write_off', 'take_back'],
} as const satisfies Record<InvoiceStatus, readonly InvoiceMove[]>;

/** Always total = paid + due + credited, none below 0. Refunds are beside them: they leave what was paid as it was. */
export interface Invoice extends InvoiceTotals {
  readonly status: InvoiceStatus;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly dueMinor: bigint;
  readonly refundedMinor: bigint;
}

export interface Opened {
  readonly invoice: Invoice;
  /** What the invoice charges by stream and tax; below 0 in all where it carries credit. */
  readonly parts: PartAmounts;
  /** The `credit carried` line that brings a draft below 0 to 0. */
  readonly carriedLine?: TotalledLine;
  readonly creditGainedMinor: bigint;
  readonly creditUsedMinor: bigint;
}

export interface Paid {
  readonly invoice: Invoice;
  readonly takenMinor: bigint;
  /** Above what was due: the org's credit in that currency, flagged for staff. */
  readonly excessMinor: bigint;
}

export function mayMove(status: InvoiceStatus, move: InvoiceMove): boolean {
  const legal: readonly InvoiceMove[] = invoiceMoves[status];
  return legal.includes(move);
}

/**
 * Opens a draft. One below 0 gets a line that brings its total to 0, and the amount becomes credit. On one above 0 the org's
 * credit in that currency pays first. One that is due 0 is paid.
 */
export function openDraft(lines: readonly TotalledLine[], terms: Terms, orgCreditMinor: bigint): Opened {
  const told = totalsOf(lines, terms);
  const parts = partsOf(lines, told);
  const isCarried = told.totalMinor < 0n;
  const carriedLine: TotalledLine = { stream: 'credit', amountMinor: -told.subtotalMinor };
  const totals = isCarried ? totalsOf([...lines, carriedLine], terms) : told;
  const creditUsedMinor = smaller(orgCreditMinor, totals.totalMinor);
  const invoice = settled({
    ...totals,
    status: 'open',
    paidMinor: creditUsedMinor,
    creditedMinor: 0n,
    dueMinor: totals.totalMinor - creditUsedMinor,
    refundedMinor: 0n,
  });
  const creditGainedMinor = isCarried ? -told.totalMinor : 0n;
  return { invoice, parts, ...(isCarried && { carriedLine }), creditGainedMinor, creditUsedMinor };
}

/** The invoice takes what is due; the rest is the org's credit. Its last due, open or uncollectible, makes it paid. */
export function pay(invoice: Invoice, amountMinor: bigint): Paid | Refusal {
  const refused = refusedMove(invoice, 'pay', amountMinor);
  if (refused) return refused;
  const takenMinor = smaller(amountMinor, invoice.dueMinor);
  const paid = { ...invoice, paidMinor: invoice.paidMinor + takenMinor, dueMinor: invoice.dueMinor - takenMinor };
  return { invoice: takenMinor === 0n ? invoice : settled(paid), takenMinor, excessMinor: amountMinor - takenMinor };
}

/** What paid and is not there after all is due again, and a paid invoice is open again, or uncollectible where it had been given up. */
export function takeBack(invoice: Invoice, amountMinor: bigint, isGivenUp: boolean): Invoice | Refusal {
  const refused = refusedMove(invoice, 'take_back', amountMinor);
  if (refused) return refused;
  const due = isGivenUp ? 'uncollectible' : 'open';
  const status = invoice.status === 'paid' ? due : invoice.status;
  return {
    ...invoice,
    status,
    paidMinor: invoice.paidMinor - amountMinor,
    dueMinor: invoice.dueMinor + amountMinor,
  };
}

/** Money of a payment was taken away again: what had become the org's credit goes first, the rest is due again. */
export function chargeBack(
  invoice: Invoice,
  amountMinor: bigint,
  overpaidMinor: bigint,
  isGivenUp: boolean,
): Paid | Refusal {
  const excessMinor = smaller(amountMinor, overpaidMinor);
  const takenMinor = amountMinor - excessMinor;
  if (takenMinor === 0n) return { invoice, takenMinor, excessMinor };
  const after = takeBack(invoice, takenMinor, isGivenUp);
  return isRefusal(after) ? after : { invoice: after, takenMinor, excessMinor };
}

/** A credit note lowers what is due on an open invoice; one above what is due is refused, not cut. */
export function credit(invoice: Invoice, amountMinor: bigint): Invoice | Refusal {
  const refused = refusedMove(invoice, 'credit', amountMinor);
  if (refused) return refused;
  if (amountMinor > invoice.dueMinor) return refusal('credit_exceeds_due');
  return settled(withCredited(invoice, amountMinor));
}

/** Money goes back and leaves the invoice as it is; together never more than it took. */
export function refund(invoice: Invoice, amountMinor: bigint): Invoice | Refusal {
  const refused = refusedMove(invoice, 'refund', amountMinor);
  if (refused) return refused;
  const refundedMinor = invoice.refundedMinor + amountMinor;
  return refundedMinor > invoice.paidMinor ? refusal('refund_exceeds_paid') : { ...invoice, refundedMinor };
}

/** Only while open and without money on it. What was due counts as credited. */
export function voidInvoice(invoice: Invoice): Invoice | Refusal {
  const refused = refusedMove(invoice, 'void');
  if (refused) return refused;
  if (invoice.paidMinor > 0n) return refusal('invoice_has_money');
  return { ...withCredited(invoice, invoice.dueMinor), status: 'void' };
}

/** An uncollectible invoice keeps its due and can still be paid. */
export function giveUp(invoice: Invoice): Invoice | Refusal {
  return refusedMove(invoice, 'give_up') ?? { ...invoice, status: 'uncollectible' };
}

/** A write-off counts as credited and leaves 0 due. It stays: money that comes after it is credit whole. */
export function writeOff(invoice: Invoice): Invoice | Refusal {
  const refused = refusedMove(invoice, 'write_off');
  if (refused) return refused;
  return invoice.dueMinor === 0n ? refusal('nothing_due') : withCredited(invoice, invoice.dueMinor);
}

/** What our own collection asks for: never more than is due. What was given up is collected by nobody but staff. */
export function collectableMinor({ status, dueMinor }: Invoice, trigger?: Retry['trigger'] | 'collection'): bigint {
  return status === 'open' || (status === 'uncollectible' && trigger === 'by_hand') ? dueMinor : 0n;
}

function refusedMove({ status }: Invoice, move: InvoiceMove, amountMinor = 1n): Refusal | undefined {
  if (!mayMove(status, move)) return refusal('move_not_legal');
  return amountMinor > 0n ? undefined : refusal('amount_not_positive');
}

function withCredited(invoice: Invoice, amountMinor: bigint): Invoice {
  return { ...invoice, creditedMinor: invoice.creditedMinor + amountMinor, dueMinor: invoice.dueMinor - amountMinor };
}

function settled(invoice: Invoice): Invoice {
  return invoice.dueMinor === 0n ? { ...invoice, status: 'paid' } : invoice;
}
