import { smaller } from '../money.ts';
import { refusal, type Refusal } from './refusals.ts';

/** A payment that a refund may go back to. */
export interface RefundablePayment {
  readonly ref: string;
  /** `credit` where the org's credit paid. */
  readonly method: string | undefined;
  readonly amountMinor: bigint;
  readonly refundedMinor: bigint;
}

export interface RefundShare {
  readonly ref: string;
  readonly amountMinor: bigint;
  readonly to: 'cash' | 'credit';
}

/** What may go back of what was paid over what an invoice took: as far as it is still the org's credit. */
export function refundOverpaid(
  amountMinor: bigint,
  { overpaidMinor, creditMinor }: { readonly overpaidMinor: bigint; readonly creditMinor: bigint },
): Refusal | undefined {
  if (amountMinor <= 0n) return refusal('amount_not_positive');
  if (amountMinor > overpaidMinor) return refusal('refund_exceeds_overpaid');
  return amountMinor > creditMinor ? refusal('pay_out_exceeds_credit') : undefined;
}

/**
 * To which payments a refund goes back: to the one it names, else to the earliest first, each up to what is left of it. What was
 * paid by credit goes back to credit. Undefined when it is more than they hold.
 */
export function refundShares(
  amountMinor: bigint,
  payments: readonly RefundablePayment[],
  namedRef: string | undefined,
): RefundShare[] | undefined {
  const shares: RefundShare[] = [];
  let left = amountMinor;
  for (const { ref, method, amountMinor: paid, refundedMinor } of payments) {
    if (namedRef !== undefined && ref !== namedRef) continue;
    const share = smaller(left, paid - refundedMinor);
    if (share > 0n) shares.push({ ref, amountMinor: share, to: method === 'credit' ? 'credit' : 'cash' });
    left -= share;
  }
  return left === 0n ? shares : undefined;
}
