import { defineList, isOrgId, oneOf } from '../../lists/define-list.ts';

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

export const replayIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The events of one replay, which the URL names. */
export const replayItemsList = defineList('receivedAt', (read) => ({
  run: read.text('run', replayIdPattern),
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  states: read.list('state', oneOf(replayStates)),
  expected: read.list('expected', oneOf(replayForesights)),
}));

export type ReplayItemFilters = ReturnType<typeof replayItemsList.parse>['filters'];
