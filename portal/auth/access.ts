/** Who may do what, on which page. One table; every layer of access asks it. */

export const staffRoles = ['provider', 'accountant', 'developer'] as const;
export type StaffRole = (typeof staffRoles)[number];

export const pages = [
  'dashboard',
  'leads',
  'ai',
  'subscriptions',
  'usage',
  'addons',
  'incidents',
  'billing',
  'analytics',
  'audit',
  'federation',
  'dev-aids',
  'settings',
] as const;
export type PageId = (typeof pages)[number];

/** Whose sign-in needs two factors where the environment asks for them. */
const rolesOfTwoFactors: readonly StaffRole[] = ['provider', 'accountant'];

export function needsTwoFactors(roles: readonly StaffRole[]): boolean {
  return roles.some((role) => rolesOfTwoFactors.includes(role));
}

type Grant = readonly string[];

const read = ['read'] as const;
const own = ['read', 'own'] as const;

/** Per page: what each role may do. An empty list hides the page: its URL answers 403. */
const rights = {
  dashboard: {
    provider: ['read', 'money', 'operations'],
    accountant: ['read', 'money'],
    developer: ['read', 'operations'],
  },
  leads: {
    provider: ['read', 'convert', 'invoice', 'disqualify'],
    accountant: ['read', 'invoice'],
    developer: read,
  },
  ai: { provider: ['read', 'limits'], accountant: read, developer: read },
  subscriptions: { provider: ['read', 'write'], accountant: read, developer: read },
  usage: { provider: ['read', 'rerate', 'exclude'], accountant: read, developer: read },
  addons: { provider: ['read', 'refund'], accountant: ['read', 'refund'], developer: [] },
  incidents: { provider: ['read', 'write'], accountant: read, developer: ['read', 'write'] },
  billing: { provider: ['read', 'write'], accountant: ['read', 'write'], developer: [] },
  analytics: { provider: ['read', 'money'], accountant: ['read', 'money'], developer: read },
  audit: { provider: ['read', 'all-entries'], accountant: read, developer: ['read', 'all-entries'] },
  federation: { provider: ['read', 'write'], accountant: [], developer: ['read', 'write'] },
  'dev-aids': { provider: read, accountant: [], developer: ['read', 'write'] },
  settings: {
    provider: ['read', 'own', 'staff', 'themes', 'plans', 'flags', 'data'],
    accountant: own,
    developer: ['read', 'own', 'flags-read'],
  },
} as const satisfies Record<PageId, Record<StaffRole, Grant>>;

type Rights = typeof rights;
export type ActionOn<P extends PageId> = Rights[P][StaffRole][number];

/** Whether any of the member's roles may do it. */
export function can<P extends PageId>(
  staff: { readonly roles: readonly StaffRole[] },
  page: P,
  action: ActionOn<P> | 'read' = 'read',
): boolean {
  const grants: Record<StaffRole, Grant> = rights[page];
  return staff.roles.some((role) => grants[role].includes(action));
}

/** The roles that include a page: who can be asked for it. */
export function rolesWith(page: PageId): readonly StaffRole[] {
  return staffRoles.filter((role) => can({ roles: [role] }, page));
}

export function isStaffRole(text: string): text is StaffRole {
  return staffRoles.some((role) => role === text);
}

/** Thrown by a service when its caller lacks the right: an error of ours, since pages ask before they read. */
export class AccessDenied extends Error {
  constructor(page: PageId, action: string) {
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
