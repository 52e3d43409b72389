import type { InvoiceState } from '../folds/invoice.ts';
import type { EpochMs } from '../instants.ts';
import { smaller } from '../money.ts';
import { reversalOf, type LedgerEntry } from './ledger.ts';
import type { BilledStream } from './streams.ts';

/** An entry of an invoice that a tenant reports, at the instant of what it books. */
export interface DatedEntry extends LedgerEntry {
  readonly currency: string;
  readonly at: EpochMs;
}

/** What is to be booked at one instant in one currency; the entries sum to 0. */
export interface DatedTransaction {
  readonly currency: string;
  readonly at: EpochMs;
  readonly entries: readonly LedgerEntry[];
}

/**
 * All that the ledger shall hold of a reported invoice, whatever order its events came in: receivable and revenue from when it was issued, cash
 * from each payment on, what is over its total as the org's credit. While it is known only from payments, they stand against its receivable.
 */
export function reportedEntries(state: InvoiceState): DatedEntry[] {
  const entries: DatedEntry[] = [];
  let before: readonly LedgerEntry[] = [];
  for (const [at, known] of statesOf(state)) {
    const after = balancesOf(known);
    entries.push(
      ...together([...after, ...reversalOf(before)]).map((entry) => ({ ...entry, currency: state.currency, at })),
    );
    before = after;
  }
  return entries;
}

/** What is to be booked so that the ledger, which holds `booked`, comes to `wanted` at every instant. Nothing when it does. */
export function bookingsOf(wanted: readonly DatedEntry[], booked: readonly DatedEntry[]): DatedTransaction[] {
  const moments = new Map<string, { currency: string; at: EpochMs; entries: LedgerEntry[] }>();
  for (const entry of [...wanted, ...booked.map((one) => ({ ...one, amountMinor: -one.amountMinor }))]) {
    const { currency, at } = entry;
    const moment = moments.get(`${currency}/${at}`) ?? { currency, at, entries: [] };
    moments.set(`${currency}/${at}`, moment);
    moment.entries.push(entry);
  }
  return [...moments.values()]
    .map(({ currency, at, entries }) => ({ currency, at, entries: together(entries) }))
    .filter(({ entries }) => entries.length > 0)
    .toSorted((a, b) => a.at - b.at);
}

/** What was known of the invoice once everything up to an instant had happened, at each instant at which something did. */
function* statesOf(state: InvoiceState): Generator<readonly [EpochMs, Known]> {
  const { issued } = state;
  const facts = [
    ...(issued ? [{ at: issued.issuedAt, issued }] : []),
    ...state.payments.filter(({ status }) => status === 'succeeded').map((payment) => ({ at: payment.at, payment })),
    ...state.refunds.map((refund) => ({ at: refund.at, refund })),
  ].toSorted((a, b) => a.at - b.at);
  let known: Known = { receivedMinor: 0n, refundedMinor: 0n };
  for (const [index, fact] of facts.entries()) {
    if ('issued' in fact)
      known = { ...known, issued: { stream: fact.issued.stream, totalMinor: fact.issued.totalMinor } };
    else if ('payment' in fact) known = { ...known, receivedMinor: known.receivedMinor + fact.payment.amountMinor };
    else known = { ...known, refundedMinor: known.refundedMinor + fact.refund.amountMinor };
    if (facts[index + 1]?.at !== fact.at) yield [fact.at, known];
  }
}

interface Known {
  readonly issued?: { readonly stream: BilledStream; readonly totalMinor: bigint };
  readonly receivedMinor: bigint;
  readonly refundedMinor: bigint;
}

/** A refund comes off the revenue up to what the invoice took; what went back of an excess was credit. */
function balancesOf({ issued, receivedMinor, refundedMinor }: Known): LedgerEntry[] {
  const cash: LedgerEntry = { account: 'cash', amountMinor: receivedMinor - refundedMinor };
  if (!issued) return [cash, { account: 'receivable', amountMinor: refundedMinor - receivedMinor }];
  const { stream, totalMinor } = issued;
  const paidMinor = smaller(receivedMinor, totalMinor);
  const refundedOfPaid = smaller(refundedMinor, paidMinor);
  return [
    { account: 'receivable', amountMinor: totalMinor - paidMinor },
    { account: 'revenue', stream, amountMinor: refundedOfPaid - totalMinor },
    cash,
    { account: 'credit', amountMinor: refundedMinor - refundedOfPaid - (receivedMinor - paidMinor) },
  ];
}

/** One entry per account, and for revenue per stream; none of 0. */
function together(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const balances = new Map<string, LedgerEntry>();
  for (const { account, stream, amountMinor } of entries) {
    const key = stream === undefined ? account : `${account}/${stream}`;
    const sum = (balances.get(key)?.amountMinor ?? 0n) + amountMinor;
    balances.set(key, { account, ...(stream !== undefined && { stream }), amountMinor: sum });
  }
  return [...balances.values()].filter(({ amountMinor }) => amountMinor !== 0n);
}
