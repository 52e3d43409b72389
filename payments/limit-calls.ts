import pLimit from 'p-limit';
import type { PaymentProvider } from './provider.ts';

/** A provider that answers so many calls of this process at once; those beyond wait their turn. Lists, which come page by page, do not. */
export function limitCalls(provider: PaymentProvider, callsAtOnce: number): PaymentProvider {
  const inTurn = pLimit(callsAtOnce);
  return {
    name: provider.name,
    charge: (order) => inTurn(() => provider.charge(order)),
    chargesOf: (wanted) => inTurn(() => provider.chargesOf(wanted)),
    read: (ref) => inTurn(() => provider.read(ref)),
    refund: (order) => inTurn(() => provider.refund(order)),
    chargesSince: (since) => provider.chargesSince(since),
    refunds: (of) => provider.refunds(of),
    disputes: (of) => provider.disputes(of),
  };
}
