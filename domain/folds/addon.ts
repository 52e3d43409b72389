import type { Meta } from '../fields.ts';
import { refuse, type EventOfKind, type Occurred, type Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';

export interface AddonRefund {
  readonly eventId: string;
  readonly amountMinor: bigint;
  readonly reason?: string | undefined;
  readonly refundedAt: EpochMs;
}

export interface AddonState {
  readonly sku: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly quantity: number;
  readonly purchasedAt: EpochMs;
  readonly refundedMinor: bigint;
  readonly meta?: Meta | undefined;
  readonly refunds: readonly AddonRefund[];
}

/** A purchase is told once; refunds come off it and never exceed it. */
export function foldAddon(
  state: AddonState | undefined,
  occurred: Occurred<EventOfKind<'addon'>>,
): AddonState | Refused {
  const { event } = occurred;
  switch (event.type) {
    case 'addon.purchased': {
      const { sku, amountMinor, currency, quantity = 1, meta } = event.data;
      const purchase = { sku, amountMinor: BigInt(amountMinor), currency, quantity, meta };
      if (!state) return { ...purchase, purchasedAt: event.occurredAt, refundedMinor: 0n, refunds: [] };
      if (state.currency !== currency) return refuse('currency_mismatch');
      return isSamePurchase(state, purchase) ? state : refuse('conflicting_duplicate');
    }
    case 'addon.refunded': {
      const left = state ? state.amountMinor - state.refundedMinor : 0n;
      const amountMinor = event.data.amountMinor === undefined ? left : BigInt(event.data.amountMinor);
      if (!state || amountMinor > left || left === 0n) return refuse('refund_exceeds_paid');
      const refund = {
        eventId: occurred.eventId,
        amountMinor,
        reason: event.data.reason,
        refundedAt: event.occurredAt,
      };
      return { ...state, refundedMinor: state.refundedMinor + amountMinor, refunds: [...state.refunds, refund] };
    }
  }
}

export function addonStatus({ amountMinor, refundedMinor }: AddonState): 'purchased' | 'partly_refunded' | 'refunded' {
  if (refundedMinor === 0n) return 'purchased';
  return refundedMinor < amountMinor ? 'partly_refunded' : 'refunded';
}

function isSamePurchase(a: AddonState, b: Pick<AddonState, 'sku' | 'amountMinor' | 'quantity'>) {
  return a.sku === b.sku && a.amountMinor === b.amountMinor && a.quantity === b.quantity;
}
