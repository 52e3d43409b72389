import { isJobName } from '#domain/jobs';
import { eventIdPattern, providerChain } from '#domain/ids';
import { defineList, isFreeWord, isOrgId, oneOf } from '../../lists/define-list.ts';

export const actorTypes = ['staff', 'operator', 'key', 'payment_provider', 'system'] as const;
export const auditOutcomes = ['ok', 'rejected', 'refused', 'failed', 'canceled'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];
/** What did not go as it was meant to. */
export const badOutcomes = ['rejected', 'refused', 'failed', 'canceled'] as const satisfies readonly AuditOutcome[];

const idText = /^[^\0]{1,320}$/;

export const auditList = defineList('at', (read) => ({
  q: read.text('q'),
  orgs: read.list('org', (text): text is string => text === providerChain || isOrgId(text)),
  actorTypes: read.list('actorType', oneOf(actorTypes)),
  actions: read.list('action', isFreeWord),
  outcomes: read.list('outcome', oneOf(auditOutcomes)),
  actor: read.text('actor', idText),
  /** Whatever the slot: each acts under a name of its own. */
  jobs: read.list('job', isJobName),
  /** `kind/id`. */
  subject: read.text('entity', idText),
  eventId: read.text('event', eventIdPattern),
  /** As a sign-in or a request tells it: the network that it came from. */
  address: read.text('address', /^[0-9A-Fa-f:./]{2,60}$/),
  requestId: read.text('request', /^[\w-]{1,64}$/),
}));

export type AuditFilters = ReturnType<typeof auditList.parse>['filters'];
