import type { Folded } from '#domain/fold';
import { addonStatus, type AddonState } from '#domain/folds/addon';
import type { EntityKey } from '../entity-key.ts';
import { instantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function addonRows(
  { orgId, id }: EntityKey,
  state: AddonState,
  { version, createdAt }: Folded<AddonState>,
): Rows {
  return {
    addon_purchase: [
      {
        org_id: orgId,
        id,
        status: addonStatus(state),
        sku: state.sku,
        amount_minor: String(state.amountMinor),
        currency: state.currency,
        quantity: state.quantity,
        refunded_minor: String(state.refundedMinor),
        purchased_at: instantText(state.purchasedAt),
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
    addon_refund: state.refunds.map((refund) => ({
      org_id: orgId,
      event_id: refund.eventId,
      purchase_id: id,
      amount_minor: String(refund.amountMinor),
      reason: refund.reason,
      refunded_at: instantText(refund.refundedAt),
    })),
  };
}
