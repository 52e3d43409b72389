import { leadStatuses } from '#domain/billing/lead-moves';
import type { LeadStatus } from '#domain/billing/lead-moves';
import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const notConverted = ['new', 'contacted', 'qualified'] as const satisfies readonly LeadStatus[];

/** Of converted leads: on an invoice, on none, or without the fee that they would be billed by. */
export const leadBillings = ['unbilled', 'unpriced', 'invoiced'] as const;
export type LeadBilling = (typeof leadBillings)[number];

/** In whole units of the lead's currency. */
const amount = /^\d{1,13}(\.\d{1,4})?$/;

export const leadsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(leadStatuses)),
  sources: read.list('source', isFreeWord),
  billings: read.list('billing', oneOf(leadBillings)),
  min: read.text('min', amount),
  max: read.text('max', amount),
}));

export type LeadFilters = ReturnType<typeof leadsList.parse>['filters'];
