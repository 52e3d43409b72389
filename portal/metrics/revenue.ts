import { paths } from '../paths.ts';
import { withRefunds } from '../services/provider/addons-list.ts';
import { everConverted, notConverted } from '../services/provider/leads-list.ts';
import { paying } from '../services/provider/subscriptions-list.ts';
import { inList } from './metric.ts';

/** Leads. */
export const leadMetrics = {
  open: inList(paths.leads, {
    id: 'open',
    label: 'New and not converted',
    definition: 'Leads that are new, contacted or qualified now, whenever they were created.',
    opens: 'Leads: new, contacted, qualified',
    unit: 'count',
    goodDirection: 'neither',
    where: { status: notConverted.join(','), billing: undefined, converted: undefined },
  }),
  unbilled: inList(paths.leads, {
    id: 'unbilled',
    label: 'Converted, not billed',
    definition:
      'Converted leads that no invoice line bills, whenever they were created, and the fees of those that have one.',
    opens: 'Leads: converted and not billed',
    unit: 'count',
    goodDirection: 'down',
    sum: 'fee',
    where: { status: 'converted', billing: 'unbilled' },
  }),
  conversion: inList(paths.leads, {
    id: 'conversion',
    label: 'Conversion rate',
    definition:
      'Leads created in the range that converted within 30 days, of all leads created in it. Leads younger than 30 days may still convert, so that those before are told as they were at the same age. The linked list has all leads of the range.',
    opens: 'Leads created in the range',
    unit: 'share',
    goodDirection: 'up',
    where: { status: undefined, billing: undefined, converted: undefined },
    isWindowed: true,
  }),
  median: inList(paths.leads, {
    id: 'median',
    label: 'Median time to convert',
    definition:
      'Half of the leads converted in the range, whenever they were created, took less than this from creation to conversion; of more than 10,000, to within 5 %.',
    opens: 'Leads converted in the range',
    unit: 'duration',
    goodDirection: 'down',
    where: { status: everConverted.join(','), billing: undefined },
    isWindowed: true,
    rangeOf: 'converted',
  }),
};

/** What moved the MRR. */
export const changeMetrics = {
  net: inList(paths.subscriptionChanges, {
    id: 'net',
    label: 'Net new MRR',
    definition:
      'New + expansion + reactivation − contraction − churn over the range: the sum of the changes that the linked list has.',
    opens: 'Plan changes of the range',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    isWindowed: true,
  }),
  new: inList(paths.subscriptionChanges, {
    id: 'new',
    label: 'New',
    definition: 'An organisation’s MRR went above 0 for the first time.',
    opens: 'Plan changes of the range: new',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    where: { kind: 'new' },
    isWindowed: true,
  }),
  expansion: inList(paths.subscriptionChanges, {
    id: 'expansion',
    label: 'Expansion',
    definition: 'An organisation’s MRR, above 0 before, went up.',
    opens: 'Plan changes of the range: expansion',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    where: { kind: 'expansion' },
    isWindowed: true,
  }),
  reactivation: inList(paths.subscriptionChanges, {
    id: 'reactivation',
    label: 'Reactivation',
    definition: 'An organisation’s MRR went above 0 again.',
    opens: 'Plan changes of the range: reactivation',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    where: { kind: 'reactivation' },
    isWindowed: true,
  }),
  contraction: inList(paths.subscriptionChanges, {
    id: 'contraction',
    label: 'Contraction',
    definition: 'An organisation’s MRR went down and stayed above 0, also where it dropped one of two plans.',
    opens: 'Plan changes of the range: contraction',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    where: { kind: 'contraction' },
    // A loss is below 0: less of it is more.
    isWindowed: true,
  }),
  churn: inList(paths.subscriptionChanges, {
    id: 'churn',
    label: 'Churn',
    definition: 'An organisation’s MRR went to 0. It is booked when the subscription ends, not when that is asked.',
    opens: 'Plan changes of the range: churn',
    unit: 'money',
    goodDirection: 'up',
    sum: 'delta',
    where: { kind: 'churn' },
    isWindowed: true,
  }),
};

/** Subscriptions, and how what they pay moves. */
export const subscriptionMetrics = {
  mrr: inList(paths.subscriptions, {
    id: 'mrr',
    label: 'MRR',
    definition:
      'Monthly-normalised net price of subscriptions that are active or past due, each rounded before summing; the sum of the rows of the linked list. Without tax, usage and add-ons. Past due counts and is told apart.',
    opens: 'Subscriptions: active and past due',
    unit: 'money',
    goodDirection: 'up',
    sum: 'mrr',
    where: { status: paying.join(',') },
  }),
  arr: inList(paths.subscriptions, {
    id: 'arr',
    label: 'ARR',
    definition: 'Twelve times the MRR.',
    opens: 'Subscriptions: active and past due',
    unit: 'money',
    goodDirection: 'up',
    sum: 'arr',
    where: { status: paying.join(',') },
  }),
  net: { ...changeMetrics.net, keeps: ['org'] },
  churn: inList(paths.subscriptionChanges, {
    id: 'churn',
    label: 'Logo churn',
    definition:
      'Organisations with MRR above 0 at the start of the range and 0 at its end ÷ those with MRR above 0 at its start, in the main currency. The linked list has every change to 0 in the range.',
    opens: 'Plan changes of the range: churn',
    unit: 'share',
    goodDirection: 'down',
    where: { kind: 'churn' },
    isWindowed: true,
    keeps: ['org'],
  }),
  revenueChurn: inList(paths.subscriptionChanges, {
    id: 'revenue-churn',
    label: 'Net revenue churn',
    definition:
      'Churn + contraction − expansion ÷ MRR at the start of the range, of the organisations that had MRR then, in the main currency. Below 0 where expansion outweighs. The linked list has the changes of these kinds.',
    opens: 'Plan changes of the range: expansion, contraction and churn',
    unit: 'share',
    goodDirection: 'down',
    where: { kind: 'expansion,contraction,churn' },
    isWindowed: true,
    keeps: ['org'],
  }),
};

/** Add-ons. */
export const addonMetrics = {
  gross: inList(paths.addons, {
    id: 'gross',
    label: 'Gross sales',
    definition: 'What the purchases of the range came to, before refunds, in each currency.',
    opens: 'Add-ons: all purchases of the range',
    unit: 'money',
    goodDirection: 'up',
    sum: 'amount',
    isWindowed: true,
  }),
  refunded: inList(paths.addons, {
    id: 'refunded',
    label: 'Refunds',
    definition: 'What was refunded by now of the purchases of the range, whenever it was refunded.',
    opens: 'Add-ons: purchases of the range with refunds',
    unit: 'money',
    goodDirection: 'down',
    sum: 'refunded',
    where: { status: withRefunds.join(',') },
    isWindowed: true,
  }),
  net: inList(paths.addons, {
    id: 'net',
    label: 'Net',
    definition: 'Gross sales of the range less what was refunded of them.',
    opens: 'Add-ons: all purchases of the range',
    unit: 'money',
    goodDirection: 'up',
    sum: 'net',
    isWindowed: true,
  }),
  worst: inList(paths.addons, {
    id: 'worst',
    label: 'Worst refund rate',
    definition: 'Of the SKUs sold in the range, the one of which most purchases were refunded, in part or whole.',
    opens: 'Add-ons: purchases of this SKU in the range with refunds',
    unit: 'share',
    goodDirection: 'down',
    where: { status: withRefunds.join(',') },
    // And of that SKU.
    isWindowed: true,
  }),
};
