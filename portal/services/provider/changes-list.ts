import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';
import { movementKinds } from './mrr.ts';

export const changesList = defineList('at', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  kinds: read.list('kind', oneOf(movementKinds)),
}));

export type ChangeFilters = ReturnType<typeof changesList.parse>['filters'];
