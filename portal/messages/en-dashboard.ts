import type { AttentionKind } from '../services/provider/attention.service.ts';
import { counted } from './counted.ts';
import { billing } from './en-billing.ts';

const streams: Readonly<Record<string, string>> = billing.streams;

/** Copy of the dashboard. */
export const dashboard = {
  title: 'Dashboard',
  purpose: 'Is anything wrong, and is money moving?',
  money: 'Money',
  operations: 'Operations',
  invoices: (count: string) => counted(count, 'invoice'),
  invoicesThisMonth: (count: string) => `${counted(count, 'invoice')} this month`,
  ofLimit: (used: string, limit: string) => `${used} of ${limit}`,
  near: (names: readonly string[], more: number) =>
    names.length === 0
      ? 'no organisation at 90 %'
      : `at 90 %: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  breaching: (breaching: string, due: string) => `${breaching} breaching, ${due} due within the hour`,
  ofDeliveries: (good: string, all: string) => `${good} of ${all} deliveries`,
  noDeliveries: 'no deliveries in 24 hours',
  noDeliveriesInRange: 'no deliveries in the range',
  noMrr: 'nothing recurs yet',
  nothingOwed: 'nothing is overdue',
  nothingInvoiced: 'no invoice this month yet',
  nothingInRange: 'no invoice in the range',
  rangeOfMoney: 'Invoiced',
  rangeOfOperations: 'Leads received, Federation success',
  rangeElse: (figures: string) =>
    `The date is that of ${figures}. Whatever else is here is of now, or of the time that it names.`,
  attention: 'Needs attention',
  attentionNone: 'Nothing needs attention.',
  attentions: {
    dunning: (subject: string) => `Dunning step of ${subject} is due`,
    gap: (stream: string) => `Reconciliation of ${streams[stream] ?? stream} differs`,
    sla: (subject: string) => `${subject || 'An incident'} is due or late`,
    credits: () => 'All AI credits of the month are used',
    job: (subject: string) => `${subject} did not finish for all`,
    key: (subject: string) => `Key ${subject} expires`,
  } satisfies Record<AttentionKind, (subject: string) => string>,
  orgs: 'Organisations by revenue, this month',
  orgsCaption: (currency: string) => `Organisations by revenue of this month, ${currency}`,
  noRevenue: 'No revenue was booked in the last twelve months.',
  orgsNone: 'No revenue was booked this month yet.',
  orgsMore: 'All revenue by stream',
  columns: {
    org: 'Organisation',
    orgId: 'Organisation id',
    total: 'Total',
    change: 'Δ last month so far',
    before: 'Total last month so far',
  },
  activity: 'Latest activity',
  activityMore: 'Open audit log',
  activityCaption: 'Latest audit entries',
  emptyTitle: 'No organisations yet',
  emptyText: 'Events arrive through Federation; create a key.',
  emptyAction: 'Create a key',
  currency: 'Currency',
} as const;
