import { jobNames } from '#domain/jobs';
import { defineList, oneOf } from '../../lists/define-list.ts';

export const jobStatuses = ['running', 'done', 'partial', 'failed', 'covered'] as const;

export const jobsList = defineList('startedAt', (read) => ({
  q: read.text('q', /^[0-9T:-]{4,16}$/),
  jobs: read.list('job', oneOf(jobNames)),
  statuses: read.list('status', oneOf(jobStatuses)),
}));

export type JobFilters = ReturnType<typeof jobsList.parse>['filters'];
