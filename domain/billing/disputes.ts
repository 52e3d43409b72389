import { larger, smaller } from '../money.ts';

/** `won` is any end by which the money is ours: won, withdrawn, or a question that became no dispute. */
export type DisputeStatus = 'open' | 'won' | 'lost';

export interface Dispute {
  readonly status: DisputeStatus;
  readonly amountMinor: bigint;
}

/**
 * What of a payment has gone back by a dispute as it stands: of a lost one its amount, no more than refunds and other disputes left of the payment;
 * while one is open, what had gone before.
 */
export function goneBackMinor({ status, amountMinor }: Dispute, goneMinor: bigint, leftMinor: bigint): bigint {
  switch (status) {
    case 'open':
      return goneMinor;
    case 'won':
      return 0n;
    case 'lost':
      return smaller(amountMinor, larger(leftMinor, 0n));
  }
}

/** Why an invoice with these disputes is collected by nobody but staff. Over an open one by nobody at all. */
export function holdOf(disputes: readonly Dispute[]): 'disputed' | 'dispute_lost' | undefined {
  if (disputes.some(({ status }) => status === 'open')) return 'disputed';
  return disputes.some(({ status }) => status === 'lost') ? 'dispute_lost' : undefined;
}
