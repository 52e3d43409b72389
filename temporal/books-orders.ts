import type { z } from 'zod';
import { staffCommandBodies, type StaffCommandKind } from '#domain/billing/staff-commands';

/** What the command line says of an order. */
export interface OrderOptions {
  readonly invoice?: string | undefined;
  readonly minor?: string | undefined;
  readonly payment?: string | undefined;
  readonly overpaid?: boolean | undefined;
  readonly version?: string | undefined;
  readonly lead?: readonly string[] | undefined;
  readonly to?: string | undefined;
  readonly currency?: string | undefined;
  readonly meter?: string | undefined;
  readonly quantity?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly provider?: string | undefined;
  readonly token?: string | undefined;
}

/** What the portal alone orders: it shows what an order would do first. */
type ShownFirst =
  | 'change_plan'
  | 'cancel_subscription'
  | 'reactivate_subscription'
  | 'refund_addon'
  | 'rerate'
  | 'exclude_usage'
  | 'include_usage'
  | 'acknowledge_incident'
  | 'withdraw_acknowledgement'
  | 'assign_incident'
  | 'escalate_incident'
  | 'resolve_incident'
  | 'raise_ai_limit';
type TypedKind = Exclude<StaffCommandKind, ShownFirst>;

/** The verbs that order something, and their kinds. */
export const orderVerbs: Readonly<Record<string, TypedKind>> = {
  'add-leads': 'add_leads',
  'move-leads': 'move_leads',
  'price-lead': 'price_lead',
  'credit-note': 'credit_note',
  refund: 'refund',
  'take-back-refunds': 'take_back_refunds',
  void: 'void',
  'write-off': 'write_off',
  'correct-usage': 'correct_usage',
  'correct-credits': 'correct_credits',
  'pay-out': 'pay_out_credit',
  'payment-method': 'set_payment_method',
  retry: 'retry_payment',
  pause: 'pause_dunning',
  resume: 'resume_dunning',
  notice: 'send_notice',
  uncollectible: 'mark_uncollectible',
  unpark: 'unpark',
};

/** The body of an order. @throws Error that names the options that are missing or malformed, never their values */
export function bodyOf(kind: TypedKind, options: OrderOptions): object {
  const schema: z.ZodType = staffCommandBodies[kind];
  const body = withoutUndefined(rawBody(kind, options));
  const read = schema.safeParse(body);
  if (read.success) return body;
  const members = read.error.issues.map(({ path }) => String(path[path[0] === 'fee' ? 1 : 0] ?? ''));
  const names = new Set(members.map((member) => `--${memberOptions[member] ?? member}`));
  throw new Error(`missing or malformed: ${[...names].join(', ')}`);
}

/** The options of members that bear another name. What has no member of its own is two of which each can be read. */
const memberOptions: Readonly<Record<string, string>> = {
  invoiceId: 'invoice',
  amountMinor: 'minor',
  feeMinor: 'minor',
  paymentRef: 'payment',
  versionSeen: 'version',
  leadId: 'lead',
  leadIds: 'lead',
  credits: 'quantity',
  windowStart: 'from',
  windowEnd: 'until',
  expiresAt: 'until',
  '': 'until, which is not after --from',
};

function rawBody(kind: TypedKind, options: OrderOptions): Readonly<Record<string, unknown>> {
  const versionSeen = options.version === undefined ? undefined : Number(options.version);
  const invoice = { invoiceId: options.invoice, versionSeen };
  switch (kind) {
    case 'add_leads':
      return { leadIds: options.lead };
    case 'move_leads':
      return { leadIds: options.lead, to: options.to, fee: feeOf(options) };
    case 'price_lead':
      return { leadId: options.lead?.[0], feeMinor: options.minor, currency: options.currency, versionSeen };
    case 'credit_note':
      return { ...invoice, amountMinor: options.minor };
    case 'refund':
      return { ...invoice, amountMinor: options.minor, paymentRef: options.payment, ofOverpaid: options.overpaid };
    case 'correct_usage':
      return { meter: options.meter, quantity: options.quantity, windowStart: options.from, windowEnd: options.until };
    case 'correct_credits':
      return { credits: options.quantity, expiresAt: options.until };
    case 'pay_out_credit':
      return { amountMinor: options.minor, currency: options.currency };
    case 'set_payment_method':
      return { provider: options.provider, token: options.token };
    case 'pause_dunning':
      return { ...invoice, until: options.until };
    case 'unpark':
      return { invoiceId: options.invoice };
    case 'take_back_refunds':
    case 'void':
    case 'write_off':
    case 'retry_payment':
    case 'resume_dunning':
    case 'send_notice':
    case 'mark_uncollectible':
      return invoice;
  }
}

function feeOf({ minor, currency }: OrderOptions) {
  return minor === undefined && currency === undefined ? undefined : { minor, currency };
}

function withoutUndefined(body: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
