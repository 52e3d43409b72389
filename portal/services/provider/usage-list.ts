import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

/**
 * Open: still to grow. Rated: closed, and what it comes to waits on a draft. Invoiced: closed, and on a finished invoice, or nothing to bill.
 * Adjusted: booked again after its month was invoiced, on a later invoice.
 */
export const periodStates = ['open', 'rated', 'invoiced', 'adjusted'] as const;
export type PeriodState = (typeof periodStates)[number];

/** Of windows under way: whether the meter told anything in the last 24 hours. */
export const reports = ['on', 'silent'] as const;

export const usageList = defineList('periodStart', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  meters: read.list('meter', isFreeWord),
  states: read.list('state', oneOf(periodStates)),
  reports: read.list('report', oneOf(reports)),
  late: read.range('late'),
}));

export type UsageFilters = ReturnType<typeof usageList.parse>['filters'];

export const unratedReasons = ['no_plan', 'unknown_meter', 'no_price'] as const;
export type UnratedReason = (typeof unratedReasons)[number];

export const unratedList = defineList('periodStart', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  meters: read.list('meter', isFreeWord),
  reasons: read.list('reason', oneOf(unratedReasons)),
}));

export type UnratedFilters = ReturnType<typeof unratedList.parse>['filters'];
