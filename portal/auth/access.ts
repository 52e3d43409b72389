import { hasRight, staffRoles } from '#domain/staff-rights';
import type { PageId, Rights, StaffRole } from '#domain/staff-rights';

/** What a member may do, by the table of rights that the runs of orders ask too. */
export { isStaffRole, pages, staffRoles } from '#domain/staff-rights';
export type { PageId, StaffRole } from '#domain/staff-rights';

/** Whose sign-in needs two factors where the environment asks for them. */
const rolesOfTwoFactors: readonly StaffRole[] = ['provider', 'accountant'];

export function needsTwoFactors(roles: readonly StaffRole[]): boolean {
  return roles.some((role) => rolesOfTwoFactors.includes(role));
}

export type ActionOn<P extends PageId> = Rights[P][StaffRole][number];

/** Whether any of the member's roles may do it. */
export function can<P extends PageId>(
  staff: { readonly roles: readonly StaffRole[] },
  page: P,
  action: ActionOn<P> | 'read' = 'read',
): boolean {
  return hasRight(staff.roles, page, action);
}

/** The roles that include a page: who can be asked for it. */
export function rolesWith(page: PageId): readonly StaffRole[] {
  return staffRoles.filter((role) => can({ roles: [role] }, page));
}

/** Thrown by a service when its caller lacks the right: an error of ours, since pages ask before they read. */
export class AccessDenied extends Error {
  constructor(page: PageId | 'orders', action: string) {
    super(`access denied: ${page} ${action}`);
    this.name = 'AccessDenied';
  }
}

export function assertCan<P extends PageId>(
  staff: { readonly roles: readonly StaffRole[] },
  page: P,
  action: ActionOn<P> | 'read' = 'read',
): void {
  if (!can(staff, page, action)) throw new AccessDenied(page, action);
}
