import type { KeyDue, KeyState } from '../services/provider/federation-keys-list.ts';

/** Copy of the keys that organisations sign with. */
export const keys = {
  title: 'Federation',
  tabsLabel: 'Federation',
  tabs: { keys: 'Keys', log: 'Webhook log', replay: 'Replay' },
  purpose: 'The keys that organisations sign their requests with, and how the gateway fared in the last 24 hours.',
  figures: 'The gateway in figures',
  caption: 'Keys',
  search: 'Key id or part of a name…',
  searchLabel: 'Find by exact key id or by a part of the name',
  empty: 'No keys yet',
  emptyText: 'Create one to let an organisation send events.',
  noMatch: 'No key matches these filters',
  found: (total: string) => `${total} keys`,
  columns: {
    key: 'Key',
    name: 'Name',
    scopes: 'Scopes',
    createdBy: 'Created by',
    lastUsed: 'Last used',
    expires: 'Expires',
    state: 'State',
    created: 'Created',
    due: 'Needs a look',
  },
  states: { active: 'Active', rotating: 'Rotating', expired: 'Expired', disabled: 'Disabled' } satisfies Record<
    KeyState,
    string
  >,
  rotatingUntil: (until: string) => `Rotating until ${until}`,
  dues: { expiring: 'Expires within 7 days', unused: 'Unused for 30 days' } satisfies Record<KeyDue, string>,
  scopeNames: { events: 'events', usage: 'usage' },
  never: 'Never',
  noEnd: 'Does not expire',
  limits: 'Rate',
  limitsOf: (rate: string, burst: string) => `${rate} requests a second, ${burst} at once`,
  secrets: 'Secrets',
  current: 'current',
  validUntil: 'verifies until',
  ended: 'ended',
  lateUses: (count: string) => `${count} requests still signed with it`,
  noLateUses: 'not used since',
  lastLate: 'last',
  calls: 'Last 24 hours',
  accepted: 'Accepted',
  refused: 'Refused',
  uncounted: 'too many to count at once',
  kpis: {
    deliveries: {
      label: 'Deliveries, 24 h',
      definition:
        'Requests that were accepted as new events in the last 24 hours. Success is the share of deliveries whose first request was answered 2xx; requests that failed authentication belong to no delivery.',
      opens: 'Webhook log: accepted in the last 24 hours',
    },
    p95: {
      label: 'p95 to decision',
      definition:
        'Of the newest 2,000 events of the last 24 hours, 95 in 100 were decided within this time of their receipt.',
      opens: 'Webhook log: decided in the last 24 hours',
    },
    refused: {
      label: 'Refused, 24 h',
      definition:
        'Lines of the log for requests that were answered with one of the contract’s codes in the last 24 hours; nothing was stored of them. Equal requests of an unverified sender within a second are one line.',
      opens: 'Webhook log: refused in the last 24 hours',
    },
    due: {
      label: 'Keys to look at',
      definition: 'Active keys that expire within 7 days, or that nobody has used for 30 days.',
      opens: 'Keys: expiring or unused',
    },
  },
  success: (share: string) => `${share} at the first request`,
  newest: 'from receipt to applied or rejected',
  noRefusals: 'none',
  dueNote: 'expiring within 7 days or unused for 30',
} as const;
