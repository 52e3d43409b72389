import { z } from 'zod';
import { exponentOf } from '../currencies.ts';
import { parseDecimal } from '../decimal.ts';
import * as field from '../fields.ts';
import { parseInstant } from '../instants.ts';
import { bookedMinorMax } from '../money.ts';
import { escalationLevelMax, incidentCauses, resolutionNoteMax } from './incident-orders.ts';
import { leadStatuses, type LeadStatus } from './lead-moves.ts';
import { orderTimes } from './subscription-orders.ts';

/** Leads that one command takes a step further at most. */
export const leadsMovedMax = 200;
/** Rows of usage that one command names at most. */
export const usageRowsMax = 500;
/** Leads that one command adds to invoices at most. */
export const leadsAddedMax = 500;

const id = z.string().min(1).max(200);
const minor = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,18})$/, { abort: true })
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
/** What the change comes to as staff saw it, in minor units: refused where it comes to something else by now. */
const netSeen = z
  .string()
  .regex(/^-?(0|[1-9][0-9]{0,18})$/)
  .optional();
/** Its version and how often it was handled, added up, as staff saw it. */
const ofIncident = z.strictObject({ incidentId: id, revisionSeen: z.int().min(1).optional() });
const ofSubscription = z.strictObject({ subscriptionId: id, versionSeen });
const when = z.enum(orderTimes);
/** A meter's period, and the rows of usage in it; without rows, all of them. */
const ofPeriod = z.strictObject({ meter: id, periodStart: instant });
const rows = z
  .array(z.strictObject({ eventId: id, index: z.int().min(0).max(32_767) }))
  .min(1)
  .max(usageRowsMax)
  .optional();

/** What staff may order about money, and what each order says. Amounts are text of minor units, quantities decimals. */
export const staffCommandBodies = {
  add_leads: z.strictObject({ leadIds: z.array(id).min(1).max(leadsAddedMax) }),
  /** With the status that staff saw, whoever has another by now is left as it is. A fee is told with a conversion. */
  move_leads: z.strictObject({
    leadIds: z.array(id).min(1).max(leadsMovedMax),
    to: z.enum(leadStatuses),
    statusSeen: z.enum(leadStatuses).optional(),
    fee: z.strictObject({ minor: minor.refine((text) => Number.isSafeInteger(Number(text))), currency }).optional(),
  }),
  /** `feeSeen`: the fee that it had as staff saw it, null for none. Refused where it has another by now. */
  price_lead: z.strictObject({
    leadId: id,
    feeMinor: minor,
    currency,
    versionSeen,
    feeSeen: z.strictObject({ minor, currency }).nullable().optional(),
  }),
  credit_note: ofInvoice.extend({ amountMinor: minor }),
  /** `ofOverpaid`: of what was paid over what the invoice took. */
  refund: ofInvoice.extend({ amountMinor: minor, paymentRef: id.optional(), ofOverpaid: z.boolean().optional() }),
  take_back_refunds: ofInvoice,
  void: ofInvoice,
  write_off: ofInvoice,
  correct_usage: z
    .strictObject({ meter: id, quantity, windowStart: instant, windowEnd: instant })
    .refine(({ windowStart, windowEnd }) => (parseInstant(windowStart) ?? 0) < (parseInstant(windowEnd) ?? 0)),
  correct_credits: z.strictObject({ credits: quantity, expiresAt: instant.optional() }),
  /** `heldSeen`: the org's credit in that currency as staff saw it. Refused where it is another by now. */
  pay_out_credit: z.strictObject({ amountMinor: minor, currency, heldSeen: minor.optional() }),
  set_payment_method: z.strictObject({ provider: z.enum(['sandbox', 'stripe']), token: field.paymentToken }),
  retry_payment: ofInvoice,
  /** Until an instant, or until they let it go on. */
  pause_dunning: ofInvoice.extend({ until: instant.optional() }),
  resume_dunning: ofInvoice,
  send_notice: ofInvoice,
  mark_uncollectible: ofInvoice,
  /** The invoice's, or without one the org's. */
  unpark: z.strictObject({ invoiceId: id.optional() }),
  change_plan: ofSubscription
    .extend({
      plan: field.name.optional(),
      priceMinor: field.minor.optional(),
      interval: z.enum(['month', 'year']).optional(),
      quantity: field.countAtLeastOne.optional(),
      when,
      netSeen,
    })
    .refine(({ plan, priceMinor, interval, quantity }) =>
      [plan, priceMinor, interval, quantity].some((term) => term !== undefined),
    ),
  cancel_subscription: ofSubscription.extend({ when, netSeen }),
  reactivate_subscription: ofSubscription,
  refund_addon: z.strictObject({ purchaseId: id, amountMinor: minor, versionSeen }),
  /** A dry run says what it would book, and books nothing. `comesToSeen`: what the period came to in it. */
  rerate: ofPeriod.extend({ isDryRun: z.boolean(), comesToSeen: netSeen }),
  exclude_usage: ofPeriod.extend({ rows }),
  include_usage: ofPeriod.extend({ rows }),
  acknowledge_incident: ofIncident,
  /** Takes the acknowledgement back. */
  withdraw_acknowledgement: ofIncident,
  /** Without one nobody is. */
  assign_incident: ofIncident.extend({ assignee: z.uuid().nullable() }),
  escalate_incident: ofIncident.extend({ level: z.int().min(1).max(escalationLevelMax) }),
  /** Of the month in which it is given. */
  raise_ai_limit: z.strictObject({ credits: quantity }),
  resolve_incident: ofIncident.extend({ cause: z.enum(incidentCauses), note: z.string().max(resolutionNoteMax) }),
} as const;

export type StaffCommandKind = keyof typeof staffCommandBodies;
export type StaffCommandBody<K extends StaffCommandKind> = z.output<(typeof staffCommandBodies)[K]>;

export const staffCommandKinds = [
  'add_leads',
  'move_leads',
  'price_lead',
  'credit_note',
  'refund',
  'take_back_refunds',
  'void',
  'write_off',
  'correct_usage',
  'correct_credits',
  'pay_out_credit',
  'set_payment_method',
  'retry_payment',
  'pause_dunning',
  'resume_dunning',
  'send_notice',
  'mark_uncollectible',
  'unpark',
  'change_plan',
  'cancel_subscription',
  'reactivate_subscription',
  'refund_addon',
  'rerate',
  'exclude_usage',
  'include_usage',
  'acknowledge_incident',
  'withdraw_acknowledgement',
  'assign_incident',
  'escalate_incident',
  'resolve_incident',
  'raise_ai_limit',
] as const satisfies readonly StaffCommandKind[];

export function isStaffCommandKind(text: string): text is StaffCommandKind {
  return staffCommandKinds.some((kind) => kind === text);
}

/** What became of one lead that was to take a step. */
export type LeadMoved =
  | { readonly leadId: string; readonly outcome: 'moved'; readonly from: LeadStatus; readonly to: LeadStatus }
  | { readonly leadId: string; readonly outcome: 'unchanged' | 'not_allowed' | 'changed'; readonly from: LeadStatus }
  | { readonly leadId: string; readonly outcome: 'unknown' };

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
