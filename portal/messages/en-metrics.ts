/** What each figure is called and means; the definitions are printed as they stand here. */
export const metricCopy = {
  revenue: {
    label: 'Revenue',
    definition:
      'What the ledger booked as revenue, refunds and credit notes taken off, without tax, by the day of its booking. Each currency by itself.',
  },
  invoiced: {
    label: 'Invoiced',
    definition: 'What was charged on invoices, credit notes taken off, without tax, by the day of its booking.',
  },
  cash: { label: 'Collected', definition: 'Money received, by the day it was booked, before what went back.' },
  mrr: {
    label: 'MRR',
    definition:
      'Monthly-normalised net price of subscriptions that are active or past due, at the end of each bucket: the sum of all movements up to it.',
  },
  leads: { label: 'Leads received', definition: 'Leads by the day they were created.' },
  converted: { label: 'Leads converted', definition: 'Leads by the day they were converted.' },
  conversion: {
    label: 'Conversion rate',
    definition:
      'Leads created that converted within 30 days, of all leads created. Leads younger than 30 days may still convert: what they make of it is still open.',
  },
  addons: { label: 'Add-ons sold', definition: 'Add-ons purchased, by the day of the purchase, before refunds.' },
  usage: { label: 'Usage rows', definition: 'Rows of usage, by the day their window starts.' },
  credits: { label: 'AI credits', definition: 'Credits that uses of AI took.' },
  started: { label: 'Subscriptions started', definition: 'Subscriptions begun, or begun again.' },
  canceled: { label: 'Subscriptions canceled', definition: 'Subscriptions canceled.' },
  incidents: { label: 'Incidents opened', definition: 'Incidents by the day they were opened.' },
  failed: { label: 'Payments failed', definition: 'Payments that failed, by the day of the attempt.' },
  perOrg: {
    label: 'Revenue per active organisation',
    definition:
      'Revenue of 30 whole days divided by the organisations of which at least one event, of any stream, was received in them.',
  },
  retention: {
    label: 'Net revenue retention',
    definition:
      'Of the MRR twelve months ago, what the same organisations pay now: expansion added, contraction and churn taken off, reactivations left out.',
  },
  activeOrgs: {
    label: 'Active organisations',
    definition: 'Organisations of which at least one event, of any stream, was received in 30 whole days.',
  },
} as const;
