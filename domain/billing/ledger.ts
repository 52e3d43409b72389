import type { Paid } from './invoice.ts';
import { sumOfParts, type PartAmounts } from './invoice-totals.ts';
import { streams, type BilledStream } from './streams.ts';

export type LedgerAccount = 'receivable' | 'revenue' | 'tax' | 'cash' | 'credit' | 'bad_debt' | 'fees';

/** Debit above 0, credit below: the entries of a transaction sum to 0. */
export interface LedgerEntry {
  readonly account: LedgerAccount;
  /** Of revenue only. */
  readonly stream?: BilledStream;
  readonly amountMinor: bigint;
}

/** What happened to the money of one invoice, or to the credit of an org. A transaction is of one currency. */
export type LedgerFact =
  | { readonly fact: 'issued'; readonly parts: PartAmounts }
  | { readonly fact: 'credit_carried'; readonly parts: PartAmounts }
  | { readonly fact: 'paid' | 'charged_back' | 'reinstated'; readonly takenMinor: bigint; readonly excessMinor: bigint }
  | { readonly fact: 'dispute_fee'; readonly amountMinor: bigint }
  | { readonly fact: 'credit_used' | 'credit_taken_back' | 'credit_paid_out'; readonly amountMinor: bigint }
  | { readonly fact: 'refunded'; readonly parts: PartAmounts; readonly to: 'cash' | 'credit' }
  | { readonly fact: 'credited' | 'voided'; readonly parts: PartAmounts }
  | { readonly fact: 'written_off'; readonly amountMinor: bigint };

/** On which side an account goes up: what we own and lose by debit, what we earn and owe by credit. */
const upIs = {
  receivable: 1n,
  cash: 1n,
  bad_debt: 1n,
  fees: 1n,
  revenue: -1n,
  tax: -1n,
  credit: -1n,
} as const satisfies Record<LedgerAccount, 1n | -1n>;

/** The entries of one transaction. Entries of 0 are left out. */
export function entriesOf(fact: LedgerFact): LedgerEntry[] {
  return allEntriesOf(fact).filter(({ amountMinor }) => amountMinor !== 0n);
}

/** A reversal is a new transaction: the original's entries the other way. */
export function reversalOf(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.map((entry) => ({ ...entry, amountMinor: -entry.amountMinor }));
}

/** Debit less credit of an account. */
export function balanceOf(account: LedgerAccount, entries: readonly LedgerEntry[]): bigint {
  return entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amountMinor : sum), 0n);
}

function allEntriesOf(fact: LedgerFact): LedgerEntry[] {
  switch (fact.fact) {
    case 'issued':
      return [up('receivable', sumOfParts(fact.parts)), ...revenueAndTaxUp(fact.parts)];
    case 'credit_carried':
      return [...revenueAndTaxUp(fact.parts), up('credit', -sumOfParts(fact.parts))];
    case 'paid':
    case 'reinstated':
      return moneyCame(fact);
    case 'charged_back':
      return reversalOf(moneyCame(fact));
    case 'dispute_fee':
      return [up('fees', fact.amountMinor), down('cash', fact.amountMinor)];
    case 'credit_used':
      return [down('credit', fact.amountMinor), down('receivable', fact.amountMinor)];
    case 'credit_taken_back':
      return [up('receivable', fact.amountMinor), up('credit', fact.amountMinor)];
    case 'credit_paid_out':
      return [down('credit', fact.amountMinor), down('cash', fact.amountMinor)];
    case 'refunded':
      return [...revenueAndTaxDown(fact.parts), goesBack(fact.to, sumOfParts(fact.parts))];
    case 'credited':
    case 'voided':
      return [...revenueAndTaxDown(fact.parts), down('receivable', sumOfParts(fact.parts))];
    case 'written_off':
      return [up('bad_debt', fact.amountMinor), down('receivable', fact.amountMinor)];
  }
}

/** What is due takes it; the rest is the org's credit. */
function moneyCame({ takenMinor, excessMinor }: Pick<Paid, 'takenMinor' | 'excessMinor'>): LedgerEntry[] {
  return [up('cash', takenMinor + excessMinor), down('receivable', takenMinor), up('credit', excessMinor)];
}

/** What was paid by credit goes back to credit. */
function goesBack(to: 'cash' | 'credit', amountMinor: bigint): LedgerEntry {
  return to === 'cash' ? down('cash', amountMinor) : up('credit', amountMinor);
}

function revenueAndTaxUp(parts: PartAmounts): LedgerEntry[] {
  return [...streams.map((stream) => ({ ...up('revenue', parts[stream]), stream })), up('tax', parts.tax)];
}

function revenueAndTaxDown(parts: PartAmounts): LedgerEntry[] {
  return reversalOf(revenueAndTaxUp(parts));
}

function up(account: LedgerAccount, amountMinor: bigint): LedgerEntry {
  return { account, amountMinor: upIs[account] * amountMinor };
}

function down(account: LedgerAccount, amountMinor: bigint): LedgerEntry {
  return up(account, -amountMinor);
}
