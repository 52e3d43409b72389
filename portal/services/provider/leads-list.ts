import type { LeadStatus } from '#domain/billing/lead-moves';
import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const notConverted = ['new', 'contacted', 'qualified'] as const satisfies readonly LeadStatus[];

/** As the list shows it: a converted lead that an invoice bills is invoiced, and no longer only converted. */
export const shownStatuses = ['new', 'contacted', 'qualified', 'converted', 'invoiced', 'disqualified'] as const;
export type ShownStatus = LeadStatus | 'invoiced';
/** Converted, billed or not. */
export const everConverted = ['converted', 'invoiced'] as const satisfies readonly ShownStatus[];

/** Of converted leads: on no invoice, or without the fee that they would be billed by. */
export const leadBillings = ['unbilled', 'unpriced'] as const;
export type LeadBilling = (typeof leadBillings)[number];

/** In whole units of the lead's currency. */
const amount = /^\d{1,13}(\.\d{1,4})?$/;

export const leadsList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  statuses: read.list('status', oneOf(shownStatuses)),
  sources: read.list('source', isFreeWord),
  billings: read.list('billing', oneOf(leadBillings)),
  min: read.text('min', amount),
  max: read.text('max', amount),
  converted: read.range('converted'),
}));

export type LeadFilters = ReturnType<typeof leadsList.parse>['filters'];
