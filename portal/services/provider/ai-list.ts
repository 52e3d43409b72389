import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const capStates = ['over', 'within'] as const;

export const aiList = defineList('usedAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  features: read.list('feature', isFreeWord),
  caps: read.list('cap', oneOf(capStates)),
}));

export type AiFilters = ReturnType<typeof aiList.parse>['filters'];
