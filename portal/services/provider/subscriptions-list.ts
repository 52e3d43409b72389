import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const subscriptionStatuses = ['active', 'past_due', 'trialing', 'incomplete', 'canceled'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];
/** Those whose price is in the MRR. */
export const paying = ['active', 'past_due'] as const satisfies readonly SubscriptionStatus[];

export const subscriptionsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(subscriptionStatuses)),
  plans: read.list('plan', isFreeWord),
  started: read.range('started'),
  renews: read.range('renews'),
  canceled: read.range('canceled'),
}));

export type SubscriptionFilters = ReturnType<typeof subscriptionsList.parse>['filters'];
