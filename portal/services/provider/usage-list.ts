import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

/** Open: still to grow. Closed: its month is over and its invoice final. Late: usage came after that and was billed apart. */
export const periodStates = ['open', 'closed', 'late'] as const;
export type PeriodState = (typeof periodStates)[number];

export const usageList = defineList('periodStart', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  meters: read.list('meter', isFreeWord),
  states: read.list('state', oneOf(periodStates)),
}));

export type UsageFilters = ReturnType<typeof usageList.parse>['filters'];

export const unratedReasons = ['no_plan', 'unknown_meter', 'no_price'] as const;
export type UnratedReason = (typeof unratedReasons)[number];

export const unratedList = defineList('periodStart', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  reasons: read.list('reason', oneOf(unratedReasons)),
}));

export type UnratedFilters = ReturnType<typeof unratedList.parse>['filters'];
