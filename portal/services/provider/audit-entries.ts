import { pageOfOrder } from '#domain/billing/order-rights';
import { staffCommandKinds } from '#domain/billing/staff-commands';
import { can } from '../../auth/access.ts';
import type { PageId, StaffRole } from '../../auth/access.ts';

/** Kinds of things whose entries an accountant reads: of billing, leads and add-ons. */
export const moneyKinds = ['invoice', 'lead', 'addon', 'charge', 'credits', 'plan', 'org', 'meter'] as const;
const moneyPages: readonly PageId[] = ['billing', 'leads', 'addons'];

/** The kind of entries of what staff ordered, of whatever page. */
export const orderKind = 'command';
/** What those of the same pages are called. */
export const moneyOrders = staffCommandKinds
  .filter((kind) => moneyPages.includes(pageOfOrder(kind)))
  .map((kind) => `command.${kind}`);

export function isOfMoney({ subject, action }: { readonly subject: string; readonly action: string }): boolean {
  const kind = subject.split('/')[0];
  return kind === orderKind ? moneyOrders.includes(action) : moneyKinds.some((one) => one === kind);
}

/** Whether the member reads what the audit log has of things of a kind. */
export function mayReadEntriesOf(staff: { readonly roles: readonly StaffRole[] }, kind: string): boolean {
  return can(staff, 'audit', 'all-entries') || (can(staff, 'audit') && moneyKinds.some((one) => one === kind));
}
