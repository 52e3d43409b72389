import { paths } from '../paths.ts';
import { chargedStatuses } from '../services/provider/billing-lists.ts';
import { incidentMetrics } from './operations.ts';
import { inList } from './metric.ts';
import { leadMetrics, subscriptionMetrics } from './revenue.ts';
import { trends } from './trends.ts';

const ofOrgs = ['org'];
const byDay = { interval: 'day', from: '30d', to: undefined };

/** The dashboard: of the organisations that are chosen, and where it says so of the range. */
export const dashboardMetrics = {
  mrr: {
    ...subscriptionMetrics.mrr,
    definition:
      'Monthly-normalised net price of subscriptions that are active or past due, from the roll-up, beside what it was 30 days ago. The linked list has those subscriptions and the same sum.',
    keeps: ofOrgs,
  },
  invoiced: inList(paths.invoices, {
    id: 'invoiced',
    label: 'Invoiced',
    definition:
      'What invoices issued in the range, or else in the running UTC month, come to with tax, less credit notes. Each currency by itself. The linked list has those invoices.',
    opens: 'Invoices issued in that time',
    unit: 'money',
    goodDirection: 'up',
    sum: 'net',
    where: { status: chargedStatuses.join(',') },
    isWindowed: true,
    keeps: ofOrgs,
  }),
  unbilled: { ...leadMetrics.unbilled, keeps: ofOrgs },
  overdue: inList(paths.dunning, {
    id: 'overdue',
    label: 'Overdue receivables',
    definition: 'What is due on invoices that were to be paid before today and are not. Each currency by itself.',
    opens: 'Overdue invoices',
    unit: 'money',
    goodDirection: 'down',
    sum: 'due',
    keeps: ofOrgs,
  }),
  leads: inList(paths.leads, {
    id: 'leads',
    label: 'Leads received',
    definition:
      'Leads created in the range, or else in 30 whole UTC days that end yesterday with today told apart, beside as long a time before.',
    opens: 'Leads created in that time',
    unit: 'count',
    goodDirection: 'up',
    isWindowed: true,
    keeps: ofOrgs,
  }),
  credits: inList(paths.ai, {
    id: 'credits',
    label: 'AI credits used of limit',
    definition:
      'Credits that organisations with a limit used in the running UTC month, of all their limits together, and those that used 90 % of their own. The linked list has the uses of those.',
    opens: 'Organisations at 90 % and more',
    unit: 'share',
    goodDirection: 'neither',
    where: { alert: '90', from: 'mtd', tz: 'UTC' },
    keeps: ofOrgs,
  }),
  incidents: {
    ...incidentMetrics.open,
    id: 'incidents',
    label: 'Open incidents',
    definition:
      'Incidents that are not resolved. Breaching are those past their resolution target; the next hour counts by the same clock.',
    opens: 'Open incidents',
    keeps: ofOrgs,
  },
  federation: inList(paths.deliveryLog, {
    id: 'federation',
    label: 'Federation success',
    definition:
      'Deliveries of the range, or else of the last 24 hours, whose first request was answered 2xx, of all deliveries. Whoever failed to authenticate belongs to none. The linked log has every line.',
    opens: 'The log of that time',
    unit: 'share',
    goodDirection: 'up',
    isWindowed: true,
    keeps: ofOrgs,
  }),
};

/** The figures above each page of Analytics. */
export const analyticsMetrics = {
  revenue: inList(paths.analytics, {
    id: 'revenue',
    label: trends.revenue.label,
    definition: trends.revenue.definition,
    opens: 'the same figure by day',
    unit: 'money',
    goodDirection: 'up',
    where: { ...byDay, metric: 'revenue' },
  }),
  perOrg: inList(paths.analytics, {
    id: 'per-org',
    label: 'Revenue per active organisation',
    definition:
      'Revenue of 30 whole days divided by the organisations of which at least one event, of any stream, was received in them.',
    opens: 'the same figure by day',
    unit: 'money',
    goodDirection: 'up',
    where: { ...byDay, metric: 'revenue' },
  }),
  leads: trends.leads,
  active: inList(paths.analytics, {
    id: 'active',
    label: 'Active organisations',
    definition:
      'Organisations of which at least one event, of any stream, was received in 30 whole days. Its course is of those of each day by itself.',
    opens: 'the same figure by day',
    unit: 'count',
    goodDirection: 'up',
    where: { metric: 'leads,usage,credits' },
    keeps: [],
  }),
  conversion: trends.conversion,
  retention: inList(paths.analyticsCohorts, {
    id: 'retention',
    label: 'Net revenue retention',
    definition:
      'Of the MRR at the start of this month a year ago, what the same organisations pay now: expansion added, contraction and churn taken off, reactivations left out.',
    opens: 'Cohorts',
    unit: 'share',
    goodDirection: 'up',
    keeps: [],
  }),
};
