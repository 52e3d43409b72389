import type { AttentionKind } from '../services/provider/attention.service.ts';
import { counted } from './counted.ts';

/** Copy of the dashboard. */
export const dashboard = {
  title: 'Dashboard',
  purpose: 'Is anything wrong, and is money moving?',
  money: 'Money',
  operations: 'Operations',
  kpis: {
    mrr: {
      label: 'MRR',
      definition:
        'Monthly-normalised net price of subscriptions that are active or past due, from the roll-up, beside what it was 30 days ago. The linked list has those subscriptions and the same sum.',
      opens: 'Subscriptions: active and past due',
    },
    invoiced: {
      label: 'Invoiced',
      definition:
        'What invoices issued in the range, or else in the running UTC month, come to with tax, less credit notes. Each currency by itself. The linked list has those invoices.',
      opens: 'Invoices issued in that time',
    },
    unbilled: {
      label: 'Converted, not billed',
      definition:
        'Converted leads that no invoice line bills, whenever they were created, and the fees of those that have one.',
      opens: 'Leads: converted and not billed',
    },
    overdue: {
      label: 'Overdue receivables',
      definition: 'What is due on invoices that were to be paid before today and are not. Each currency by itself.',
      opens: 'Overdue invoices',
    },
    leads: {
      label: 'Leads received',
      definition:
        'Leads created in the range, or else in 30 whole UTC days that end yesterday with today told apart, beside as long a time before.',
      opens: 'Leads created in that time',
    },
    credits: {
      label: 'AI credits used of limit',
      definition:
        'Credits that organisations with a limit used in the running UTC month, of all their limits together, and those that used 90 % of their own. The linked list has the uses of those.',
      opens: 'Organisations at 90 % and more',
    },
    incidents: {
      label: 'Open incidents',
      definition:
        'Incidents that are not resolved. Breaching are those past their resolution target; the next hour counts by the same clock.',
      opens: 'Open incidents',
    },
    federation: {
      label: 'Federation success',
      definition:
        'Deliveries of the range, or else of the last 24 hours, whose first request was answered 2xx, of all deliveries. Whoever failed to authenticate belongs to none. The linked log has every line.',
      opens: 'The log of that time',
    },
  },
  of30DaysAgo: '30 days ago',
  leadsCount: (count: string, sums: string) => (sums ? `${counted(count, 'lead')} · ${sums}` : counted(count, 'lead')),
  invoices: (count: string) => counted(count, 'invoice'),
  today: (count: string) => `+ ${count} today`,
  ofLimit: (used: string, limit: string) => `${used} of ${limit}`,
  noLimits: 'no organisation has a limit',
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
  thisMonth: 'this month:',
  rangeOfMoney: 'Invoiced',
  rangeOfOperations: 'Leads received, Federation success',
  rangeElse: (figures: string) =>
    `The date is that of ${figures}. Whatever else is here is of now, or of the time that it names.`,
  attention: 'Needs attention',
  attentionNone: 'Nothing needs attention.',
  attentions: {
    dunning: (subject: string) => `Dunning step of ${subject} is due`,
    gap: (subject: string) => `Reconciliation of ${subject} differs`,
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
  columns: { org: 'Organisation', total: 'Total', change: 'Δ last month so far' },
  activity: 'Latest activity',
  activityMore: 'Open audit log',
  activityCaption: 'Latest audit entries',
  emptyTitle: 'No organisations yet',
  emptyText: 'Events arrive through Federation; create a key.',
  emptyAction: 'Create a key',
  currency: 'Currency',
} as const;
