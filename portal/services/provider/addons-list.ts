import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const purchaseStatuses = ['purchased', 'partly_refunded', 'refunded'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];
export const withRefunds = ['partly_refunded', 'refunded'] as const satisfies readonly PurchaseStatus[];

/** In whole units of the purchase's currency. */
const amount = /^\d{1,13}(\.\d{1,4})?$/;

export const addonsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(purchaseStatuses)),
  skus: read.list('sku', isFreeWord),
  min: read.text('min', amount),
  max: read.text('max', amount),
}));

export type AddonFilters = ReturnType<typeof addonsList.parse>['filters'];
