import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const evaluationStatuses = ['passing', 'failing'] as const;
export type EvaluationStatus = (typeof evaluationStatuses)[number];
/** The newest run of each suite and branch. */
export const evaluationPlaces = ['newest'] as const;

export const evaluationsList = defineList('completedAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  suites: read.list('suite', isFreeWord),
  branches: read.list('branch', isFreeWord),
  models: read.list('model', isFreeWord),
  statuses: read.list('status', oneOf(evaluationStatuses)),
  places: read.list('place', oneOf(evaluationPlaces)),
  commit: read.text('commit'),
}));

export type EvaluationFilters = ReturnType<typeof evaluationsList.parse>['filters'];
