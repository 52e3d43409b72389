import { exponentOf } from '#domain/currencies';
import { streams } from '#domain/billing/streams';
import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';

export const invoiceStatuses = ['incomplete', 'draft', 'open', 'paid', 'void', 'uncollectible'] as const;
export type InvoiceStatus = (typeof invoiceStatuses)[number];
/** What was charged and not taken back as a whole. */
export const chargedStatuses = ['open', 'paid', 'uncollectible'] as const satisfies readonly InvoiceStatus[];
export const invoiceSources = ['rated', 'reported'] as const;
export type InvoiceSource = (typeof invoiceSources)[number];

export const invoicesList = defineList('issuedAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(invoiceStatuses)),
  streams: read.list('stream', oneOf(streams)),
  sources: read.list('source', oneOf(invoiceSources)),
  currencies: read.list('currency', isCurrency),
}));
export type InvoiceFilters = ReturnType<typeof invoicesList.parse>['filters'];

export const paymentStatuses = ['pending', 'succeeded', 'failed', 'unknown'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];
/** Money that came, or credit that the organisation had. */
export const paymentKinds = ['money', 'credit'] as const;
export type PaymentKind = (typeof paymentKinds)[number];

export const paymentsList = defineList('at', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(paymentStatuses)),
  kinds: read.list('kind', oneOf(paymentKinds)),
  currencies: read.list('currency', isCurrency),
}));
export type PaymentFilters = ReturnType<typeof paymentsList.parse>['filters'];

/** Days overdue; the last has no end. */
export const overdueBuckets = { '1-7': [1, 7], '8-30': [8, 30], '31-60': [31, 60], over60: [61, undefined] } as const;
export type OverdueBucket = keyof typeof overdueBuckets;
export const overdueBucketNames = ['1-7', '8-30', '31-60', 'over60'] as const satisfies readonly OverdueBucket[];

export function bucketOf(daysOverdue: number): OverdueBucket {
  return overdueBucketNames.findLast((name) => daysOverdue >= overdueBuckets[name][0]) ?? '1-7';
}

export const dunningStates = ['retrying', 'exhausted', 'ended', 'paused', 'none'] as const;
export type DunningState = (typeof dunningStates)[number];

export const dunningList = defineList('dueAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  buckets: read.list('bucket', oneOf(overdueBucketNames)),
  states: read.list('state', oneOf(dunningStates)),
  currencies: read.list('currency', isCurrency),
}));
export type DunningFilters = ReturnType<typeof dunningList.parse>['filters'];

export const creditsList = defineList('since', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
}));
export type CreditFilters = ReturnType<typeof creditsList.parse>['filters'];

export const reconciliationList = defineList('month', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  streams: read.list('stream', oneOf(streams)),
  currencies: read.list('currency', isCurrency),
  gaps: read.list('gaps', oneOf(['only'])),
}));
export type ReconciliationFilters = ReturnType<typeof reconciliationList.parse>['filters'];

export const unbilledList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  fees: read.list('fee', oneOf(['unpriced'])),
}));
export type UnbilledFilters = ReturnType<typeof unbilledList.parse>['filters'];

function isCurrency(text: string): text is string {
  return exponentOf(text) !== undefined;
}
