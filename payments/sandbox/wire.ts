import { z } from 'zod';

/** What goes between the sandbox and its client. Amounts are text: they may be longer than a JSON number. */

const amount = z.string().regex(/^[0-9]{1,19}$/);
const text = z.string().min(1).max(512);

/** When a charge or refund is made, in ms, by a caller whose clock is that of a story: the sandbox's own otherwise. */
export const clockHeader = 'sandbox-clock';
export const clockSchema = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform(Number)
  .optional();

export const chargeRequestSchema = z.strictObject({
  key: text,
  token: text,
  amountMinor: amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  orgId: text,
  invoiceId: text,
});
export type ChargeRequest = z.output<typeof chargeRequestSchema>;

export const refundRequestSchema = z.strictObject({ key: text, chargeRef: text, amountMinor: amount });
export type RefundRequest = z.output<typeof refundRequestSchema>;

export const chargeSchema = z.object({
  ref: z.string(),
  key: z.string(),
  token: z.string(),
  orgId: z.string(),
  invoiceId: z.string(),
  amountMinor: amount,
  currency: z.string(),
  status: z.enum(['succeeded', 'failed']),
  decline: z.enum(['soft', 'hard']).optional(),
  code: z.string().optional(),
  at: z.number(),
  refundedMinor: amount,
});
export type SandboxChargeRow = z.output<typeof chargeSchema>;

export const refundSchema = z.object({
  ref: z.string(),
  key: z.string(),
  chargeRef: z.string(),
  amountMinor: amount,
  at: z.number(),
});
export type SandboxRefundRow = z.output<typeof refundSchema>;

/** A refund with what its charge says. */
export const listedRefundSchema = refundSchema.extend({
  orgId: z.string(),
  invoiceId: z.string(),
  currency: z.string(),
});
export type ListedRefund = z.output<typeof listedRefundSchema>;

export const refundsPageSchema = z.object({ refunds: z.array(listedRefundSchema), next: z.number().optional() });
export const chargesPageSchema = z.object({ charges: z.array(chargeSchema), next: z.number().optional() });
export const problemSchema = z.object({ code: z.string() });

export const pageSize = 500;
