import type { LeadState } from '../folds/lead.ts';

/** A converted lead without a fee is listed as unpriced and is not billed until staff set one. */
export type LeadBilling = 'not_converted' | 'unpriced' | 'billable';

export function leadBilling({ status, feeMinor }: Pick<LeadState, 'status' | 'feeMinor'>): LeadBilling {
  if (status !== 'converted') return 'not_converted';
  return feeMinor === undefined ? 'unpriced' : 'billable';
}

/** Names the one line that a lead is billed by, whoever adds it. */
export function leadSourceKey(leadId: string): string {
  return `lead:${leadId}`;
}
