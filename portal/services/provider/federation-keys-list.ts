import { keyScopes } from '#prisma/federation-keys';
import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';

export const keyStates = ['active', 'rotating', 'expired', 'disabled'] as const;
export type KeyState = (typeof keyStates)[number];

/** What a key should be looked at for: it ends within a week, or nobody has used it for a month. */
export const keyDues = ['expiring', 'unused'] as const;
export type KeyDue = (typeof keyDues)[number];

export const keysList = defineList('createdAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  scopes: read.list('scope', oneOf(keyScopes)),
  states: read.list('state', oneOf(keyStates)),
  dues: read.list('due', oneOf(keyDues)),
}));

export type KeyFilters = ReturnType<typeof keysList.parse>['filters'];
