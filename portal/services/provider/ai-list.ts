import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const capStates = ['over', 'within'] as const;
/** Percent of an organisation's limit of the month. */
export const alertLevels = ['75', '90', '100'] as const;
/** Features that are told apart; all others are one. */
export const namedFeatures = ['lead_analysis', 'rfp_strategy', 'pricing'] as const;
export const otherFeatures = 'other';

export const aiList = defineList('usedAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  features: read.list('feature', isFreeWord),
  models: read.list('model', isFreeWord),
  caps: read.list('cap', oneOf(capStates)),
  /** Of organisations that reached the level this month. */
  alerts: read.list('alert', oneOf(alertLevels)),
}));

export type AiFilters = ReturnType<typeof aiList.parse>['filters'];

/** Whether anybody has seen an alert, or is told of it. */
export const alertStates = ['open', 'acknowledged', 'muted'] as const;

export const aiAlertsList = defineList('firedAt', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', isOrgId),
  levels: read.list('level', oneOf(alertLevels)),
  states: read.list('state', oneOf(alertStates)),
  months: read.list('month', oneOf(['running'])),
}));

export type AiAlertFilters = ReturnType<typeof aiAlertsList.parse>['filters'];
