import type { DunningState, InvoiceStatus, OverdueBucket } from '../services/provider/billing-lists.ts';
import { billing } from './en-billing.ts';
import { counted } from './counted.ts';

/** Copy of what is owed: dunning, AI credits, unbilled leads, and the document of an invoice. */
export const dunning = {
  title: 'Dunning',
  purpose: 'What is overdue, what was tried to collect it, and what comes next.',
  figures: billing.figures,
  caption: 'Overdue invoices',
  search: 'Number or exact id…',
  searchLabel: 'Find an overdue invoice by its exact number or id',
  empty: 'Nothing is overdue.',
  emptyText: 'Invoices appear here the day after they were due.',
  noMatch: 'No overdue invoice matches these filters',
  found: (total: string) => counted(total, 'overdue invoice'),
  columns: {
    invoice: 'Invoice',
    amount: 'Amount',
    due: 'Due',
    overdue: 'Overdue',
    step: 'Step',
    lastAttempt: 'Last attempt',
    nextAttempt: 'Next attempt',
    state: 'State',
  },
  bucket: 'Days overdue',
  days: (count: string) => `${count}\u00a0d`,
  bulk: {
    retryTitle: (count: string) => `Retry ${counted(count, 'payment')} now`,
    retryText:
      'The payment provider is asked once for each, beside the schedule. No step is used up. What cannot be tried is skipped and says why.',
    noticeTitle: (count: string) => `Send notices about ${counted(count, 'invoice')}`,
    noticeText:
      'Each organisation is told once more what is due. They go out with the next run of dunning, within the hour; one a day for an invoice.',
    asked: 'The provider is asked; its answer is in the panel of the invoice',
  },
  bucketsLabel: 'By days overdue',
  buckets: { '1-7': '1–7 days', '8-30': '8–30 days', '31-60': '31–60 days', over60: '60+ days' } satisfies Record<
    OverdueBucket,
    string
  >,
  states: {
    retrying: 'Retrying',
    exhausted: 'Retries used up',
    ended: 'Ended',
    paused: 'Paused',
    none: 'Not in dunning',
  } satisfies Record<DunningState, string>,
  elsewhere: 'Elsewhere',
  ownOfTenant: 'The organisation told of this invoice, and collects it by itself',
  waits: {
    no_method: 'No payment method',
    charge_unexplained: 'Charge unexplained',
    amount_not_chargeable: 'Amount not chargeable',
    disputed: 'Payment disputed',
    dispute_lost: 'Dispute lost: retry or give up',
  } satisfies Record<string, string>,
  stepOf: (made: number, of: number) => `${made} of ${of}`,
  until: 'until',
  untilResumed: 'until resumed',
} as const;

export const credits = {
  title: 'AI credits in the books',
  purpose: 'What credits were given and bought, what is left of them, and whether the stored balance is right.',
  figures: billing.figures,
  caption: 'AI credits by organisation',
  search: 'Exact organisation id…',
  searchLabel: 'Find an organisation by its exact id',
  empty: 'No AI credits yet.',
  emptyText: 'They appear when an organisation buys credits (ai.credits_purchased) or staff grant some.',
  noMatch: 'No organisation with credits matches these filters',
  found: (total: string) => counted(total, 'organisation'),
  columns: {
    org: 'Organisation',
    granted: 'Granted',
    purchased: 'Purchased',
    used: 'Used',
    expired: 'Expired',
    remaining: 'Remaining, stored',
    computed: 'Remaining, computed',
    difference: 'Difference',
    since: 'Customer since',
    overage: 'Over the credits',
    storedAt: 'Stored',
  },
  mismatches: (count: number) =>
    `${counted(count, 'organisation has', 'organisations have')} a stored balance that is not the computed one.`,
  mismatchHint:
    'Uses that came in the last five minutes are stored with the next run. A difference that stays is noted in the audit log as credits.mismatch.',
  agrees: 'The stored balance is the computed one.',
  events: 'Open events',
  correct: 'Post correction',
  correctTitle: (org: string) => `Correct the credits of ${org}`,
  correctText:
    'Gives credits, or takes some where the amount is below 0, as a grant of its own. It is kept in the audit log.',
  amount: 'Credits (below 0 takes some)',
  amountMissing: 'A number other than 0, with at most nine decimals.',
  expires: 'Expires (UTC; empty: never)',
  corrected: (org: string) => `The credits of ${org} are corrected`,
  correctedText: 'The stored balance follows with the next run of the figures, within five minutes.',
} as const;

export const unbilled = {
  title: 'Unbilled leads',
  purpose: 'Leads that are converted and on no invoice.',
  figures: billing.figures,
  caption: 'Unbilled leads',
  search: 'Company, e-mail, exact id…',
  searchLabel: 'Find an unbilled lead by company, e-mail or exact id',
  empty: 'Every converted lead is billed.',
  emptyText: 'Leads appear here when they are converted and no invoice has them yet.',
  noMatch: 'No unbilled lead matches these filters',
  found: (total: string) => counted(total, 'unbilled lead'),
  fee: 'Fee',
  unpriced: 'Without a fee',
  byOrg: 'By organisation',
  leads: (count: string) => counted(count, 'lead'),
  noFee: 'without a fee',
} as const;

/** Words of the document that the buyer gets. */
export const invoiceDocument = {
  title: 'Invoice',
  fileTitle: (number: string) => `Invoice ${number}`,
  billTo: 'Bill to',
  customer: (id: string) => `Customer ${id}`,
  taxId: (id: string) => `Tax id ${id}`,
  issued: 'Issued',
  due: 'Due',
  month: 'Billing month',
  currency: 'Currency',
  description: 'Description',
  quantity: 'Quantity',
  amount: 'Amount',
  omitted: (count: string) => counted(count, 'further line'),
  subtotal: 'Subtotal',
  discount: 'Discount',
  tax: (percent: string | undefined) => (percent === undefined ? 'Tax' : `Tax (${percent} %)`),
  total: 'Total',
  paid: 'Paid',
  credited: 'Credited',
  amountDue: 'Amount due',
  page: (number: string, page: number, pages: number) => `${number} · page ${page} of ${pages}`,
  stamps: {
    incomplete: undefined,
    draft: undefined,
    open: undefined,
    paid: 'Paid',
    void: 'Void',
    uncollectible: undefined,
  } satisfies Record<InvoiceStatus, string | undefined>,
} as const;
