import { openDraft, type Invoice } from '#domain/billing/invoice';
import type { Terms, TotalledLine } from '#domain/billing/invoice-totals';
import type { BilledStream } from '#domain/billing/streams';

export const noTerms: Terms = { discountMinor: 0n };

export function line(stream: BilledStream, amountMinor: bigint): TotalledLine {
  return { stream, amountMinor };
}

/** An invoice over 100 in a state, with nothing paid unless the state says so. */
export function invoiceIn(state: 'open' | 'paid' | 'void' | 'uncollectible' | 'written_off'): Invoice {
  const { invoice } = openDraft([line('usage', 100n)], noTerms, 0n);
  switch (state) {
    case 'open':
      return invoice;
    case 'paid':
      return { ...invoice, status: 'paid', paidMinor: 100n, dueMinor: 0n };
    case 'void':
      return { ...invoice, status: 'void', creditedMinor: 100n, dueMinor: 0n };
    case 'uncollectible':
      return { ...invoice, status: 'uncollectible' };
    case 'written_off':
      return { ...invoice, status: 'uncollectible', creditedMinor: 100n, dueMinor: 0n };
  }
}
