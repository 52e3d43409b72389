import { paths } from '../paths.ts';
import { chargedStatuses } from '../services/provider/billing-lists.ts';
import { inList } from './metric.ts';

/** The books. Each is of a list of its own, which has the organisations of the page and no more of its filters. */
export const billingMetrics = {
  invoiced: inList(paths.invoices, {
    id: 'invoiced',
    label: 'Invoiced',
    definition:
      'Totals, with tax, of the invoices issued in the range that are open, paid or uncollectible, by stream before tax. Each currency by itself.',
    opens: 'Invoices: issued in the range, and not void',
    unit: 'money',
    goodDirection: 'up',
    sum: 'amount',
    where: { status: chargedStatuses.join(',') },
    isWindowed: true,
    keeps: ['org'],
  }),
  collected: inList(paths.payments, {
    id: 'collected',
    label: 'Collected',
    definition:
      'Payments of the range that succeeded. Credit that an organisation had is no payment. Each currency by itself.',
    opens: 'Payments: money of the range that came',
    unit: 'money',
    goodDirection: 'up',
    sum: 'amount',
    where: { status: 'succeeded', kind: 'money' },
    isWindowed: true,
    keeps: ['org'],
  }),
  outstanding: inList(paths.invoices, {
    id: 'outstanding',
    label: 'Outstanding',
    definition:
      'What is due by now on invoices that are open, or uncollectible and not written off, of which overdue: due before today (UTC). Each currency by itself.',
    opens: 'Invoices: open and uncollectible',
    unit: 'money',
    goodDirection: 'neither',
    sum: 'due',
    where: { status: 'open,uncollectible' },
    keeps: ['org'],
  }),
  gaps: inList(paths.billing, {
    id: 'gaps',
    label: 'Reconciliation gap',
    definition:
      'The sum of |expected − invoiced| over organisation, stream, currency and month, as the last night found it. The target is 0.00.',
    opens: 'Reconciliation: gaps only',
    unit: 'money',
    goodDirection: 'down',
    sum: 'gap',
    where: { gaps: 'only' },
    keeps: ['org'],
  }),
  unbilled: inList(paths.unbilled, {
    id: 'unbilled',
    label: 'Converted, not billed',
    definition: 'Leads that are converted and on no invoice, and the fees of those that have one.',
    opens: 'Unbilled leads',
    unit: 'count',
    goodDirection: 'down',
    sum: 'fee',
    keeps: ['org'],
  }),
};
