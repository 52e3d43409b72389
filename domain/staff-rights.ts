/** Who may do what, on which page. One table: every layer of the portal asks it, and the runs of what staff ordered. */

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

type Grant = readonly string[];

const read = ['read'] as const;
const own = ['read', 'own'] as const;

/** Per page: what each role may do. An empty list hides the page: its URL answers 403. */
export const rights = {
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

export type Rights = typeof rights;

/** Whether any of a member's roles, as they are stored, may do it. */
export function hasRight(roles: readonly string[], page: PageId, action: string): boolean {
  const grants: Record<StaffRole, Grant> = rights[page];
  return staffRoles.some((role) => roles.includes(role) && grants[role].includes(action));
}

export function isStaffRole(text: string): text is StaffRole {
  return staffRoles.some((role) => role === text);
}
