import { larger, smaller } from '../money.ts';

/** Credit that paid for an invoice when it opened. */
export interface CreditUse {
  /** What it paid when the invoice opened. */
  readonly usedMinor: bigint;
  /** What of it stands. */
  readonly standsMinor: bigint;
  /** What of it went back to credit by refunds: it cannot be taken back as well. */
  readonly refundedMinor: bigint;
  /** Of the invoice. */
  readonly dueMinor: bigint;
}

/**
 * What stands of each use of an org's credit in one currency, in the order in which the invoices opened, where `freeMinor` is what the ledger
 * holds. Below 0, more was spent than there is: the last to open gives back first. Above 0, the first from which something was taken gets it
 * again, as far as it is still due. A pure function of all credit that there is, so it is the same whatever order that came in.
 */
export function standingUses(freeMinor: bigint, uses: readonly CreditUse[]): bigint[] {
  const sum = (of: (use: CreditUse) => bigint) => uses.reduce((total, use) => total + of(use), 0n);
  let left = freeMinor + sum(({ standsMinor }) => standsMinor) - sum(({ refundedMinor }) => refundedMinor);
  return uses.map(({ usedMinor, standsMinor, refundedMinor, dueMinor }) => {
    const most = smaller(usedMinor, standsMinor + dueMinor);
    const more = smaller(larger(left, 0n), most - refundedMinor);
    left -= more;
    return refundedMinor + more;
  });
}
