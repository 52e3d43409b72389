import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

/** What is known of an event of a replay: chosen, planned, ordered, decided. */
export const replayStates = [
  'chosen',
  'eligible',
  'ordered',
  'applied',
  'rejected',
  'already_applied',
  'skipped',
] as const;
export type ReplayState = (typeof replayStates)[number];

/** What the plan foresees. */
export const replayForesights = ['applied', 'rejected', 'failed'] as const;
export type ReplayForesight = (typeof replayForesights)[number];

export const replayStatuses = ['planning', 'planned', 'running', 'done', 'cancelled'] as const;
export type ReplayStatus = (typeof replayStatuses)[number];

/** What one replay may have. */
export const replayedMax = 10_000;

export const replayIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The replays themselves, whoever ordered them. */
export const replayRunsList = defineList('createdAt', (read) => ({
  q: read.text('q', replayIdPattern),
  statuses: read.list('status', oneOf(replayStatuses)),
  members: read.list('by', isFreeWord),
}));

export type ReplayRunFilters = ReturnType<typeof replayRunsList.parse>['filters'];

/** The events of one replay, which the URL names. */
export const replayItemsList = defineList('receivedAt', (read) => ({
  run: read.text('run', replayIdPattern),
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  states: read.list('state', oneOf(replayStates)),
  expected: read.list('expected', oneOf(replayForesights)),
}));

export type ReplayItemFilters = ReturnType<typeof replayItemsList.parse>['filters'];
