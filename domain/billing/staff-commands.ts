import { z } from 'zod';
import { exponentOf } from '../currencies.ts';
import { parseDecimal } from '../decimal.ts';
import { parseInstant } from '../instants.ts';
import { bookedMinorMax } from '../money.ts';

/** Leads that one command adds to invoices at most. */
export const leadsAddedMax = 500;

const id = z.string().min(1).max(200);
const minor = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,18})$/)
  .refine((text) => BigInt(text) <= bookedMinorMax);
const currency = z.string().refine((code) => exponentOf(code) !== undefined);
const quantity = z.string().refine((text) => {
  const read = parseDecimal(text);
  return read !== undefined && read.units !== 0n && read.places <= 9 && text.length <= 30;
});
const instant = z.string().refine((text) => parseInstant(text) !== undefined);
/** The version of the invoice that staff saw: refused where it is another by now. */
const versionSeen = z.number().int().min(1).optional();
const ofInvoice = z.strictObject({ invoiceId: id, versionSeen });

/** What staff may order about money, and what each order says. Amounts are text of minor units, quantities decimals. */
export const staffCommandBodies = {
  add_leads: z.strictObject({ leadIds: z.array(id).min(1).max(leadsAddedMax) }),
  price_lead: z.strictObject({ leadId: id, feeMinor: minor, currency, versionSeen }),
  credit_note: ofInvoice.extend({ amountMinor: minor }),
  refund: ofInvoice.extend({ amountMinor: minor, paymentRef: id.optional() }),
  void: ofInvoice,
  write_off: ofInvoice,
  correct_usage: z
    .strictObject({ meter: id, quantity, windowStart: instant, windowEnd: instant })
    .refine(({ windowStart, windowEnd }) => (parseInstant(windowStart) ?? 0) < (parseInstant(windowEnd) ?? 0)),
  correct_credits: z.strictObject({ credits: quantity, expiresAt: instant.optional() }),
  set_payment_method: z.strictObject({ provider: z.enum(['sandbox', 'stripe']), token: id }),
  retry_payment: ofInvoice,
  pause_dunning: ofInvoice,
  resume_dunning: ofInvoice,
  /** The invoice's, or without one the org's. */
  unpark: z.strictObject({ invoiceId: id.optional() }),
} as const;

export type StaffCommandKind = keyof typeof staffCommandBodies;
export type StaffCommandBody<K extends StaffCommandKind> = z.output<(typeof staffCommandBodies)[K]>;

export const staffCommandKinds = [
  'add_leads',
  'price_lead',
  'credit_note',
  'refund',
  'void',
  'write_off',
  'correct_usage',
  'correct_credits',
  'set_payment_method',
  'retry_payment',
  'pause_dunning',
  'resume_dunning',
  'unpark',
] as const satisfies readonly StaffCommandKind[];

export function isStaffCommandKind(text: string): text is StaffCommandKind {
  return staffCommandKinds.some((kind) => kind === text);
}

/** What became of one lead that was to be added. */
export type LeadAdded =
  | {
      readonly leadId: string;
      readonly outcome: 'added';
      readonly invoiceId: string;
      readonly amountMinor: string;
      readonly currency: string;
    }
  | { readonly leadId: string; readonly outcome: 'already_billed'; readonly invoiceId: string }
  | { readonly leadId: string; readonly outcome: 'unpriced' | 'not_converted' | 'unknown' | 'free' };
