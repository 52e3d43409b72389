/** Why an accepted event can never be applied as things stand. A later event with an earlier `occurredAt` may change that. */
export const rejections = {
  currency_mismatch: 'The currency differs from the one this already has',
  conflicting_duplicate: 'This id was told before with other figures',
  refund_exceeds_paid: 'The refund is over what was paid and not yet refunded',
  payment_not_found: 'The refund names a payment that did not succeed before it',
  payment_already_succeeded: 'The payment succeeded before and cannot fail any more',
  amount_out_of_range: 'The sum is over what the books can hold',
} as const satisfies Record<string, string>;

export type RejectionCode = keyof typeof rejections;
