import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const purchaseStatuses = ['purchased', 'partly_refunded', 'refunded'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];
export const withRefunds = ['partly_refunded', 'refunded'] as const satisfies readonly PurchaseStatus[];

export const addonsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(purchaseStatuses)),
  skus: read.list('sku', isFreeWord),
}));

export type AddonFilters = ReturnType<typeof addonsList.parse>['filters'];
