import { paths } from '../paths.ts';
import { addDays, writeDay } from './zones.ts';
import type { CalendarDay } from './zones.ts';

/** What a list offers of itself: the list's parameters. */
export type SystemView = (today: CalendarDay) => Readonly<Record<string, string>>;

const firstDay = '2000-01-01';
/** Whole days: not converted for more than fourteen. */
const staleDays = 15;

const views = {
  [paths.leads]: {
    unbilled: () => ({ status: 'converted', billing: 'unbilled' }),
    today: () => ({ from: 'today' }),
    stale: (today) => ({
      status: 'new,contacted,qualified',
      from: firstDay,
      to: writeDay(addDays(today, -staleDays)),
    }),
  },
  [paths.subscriptions]: {
    paying: () => ({ status: 'active,past_due' }),
    pastDue: () => ({ status: 'past_due' }),
    canceled: () => ({ status: 'canceled' }),
  },
  [paths.subscriptionChanges]: { lost: () => ({ kind: 'churn,contraction' }) },
  [paths.usage]: {
    open: () => ({ state: 'open' }),
    adjusted: () => ({ state: 'adjusted' }),
    silent: () => ({ report: 'silent' }),
  },
  [paths.addons]: { refunded: () => ({ status: 'partly_refunded,refunded' }) },
  [paths.usageUnrated]: { noPrice: () => ({ reason: 'no_price' }) },
  [paths.ai]: { over: () => ({ cap: 'over' }) },
  [paths.aiAlerts]: { unanswered: () => ({ state: 'open', month: 'running' }) },
  [paths.billing]: { gaps: () => ({ gaps: 'only' }) },
  [paths.unbilled]: { unpriced: () => ({ fee: 'unpriced' }) },
  [paths.dunning]: { long: () => ({ bucket: 'over60' }) },
  [paths.invoices]: { drafts: () => ({ status: 'draft' }), unpaid: () => ({ status: 'open' }) },
  [paths.payments]: { failed: () => ({ status: 'failed' }) },
  [paths.incidents]: {
    unanswered: () => ({ state: 'open' }),
    breaching: () => ({ sla: 'breaching' }),
    due: () => ({ sla: 'due' }),
  },
  [paths.incidentsResolved]: { missed: () => ({ sla: 'missed' }) },
  [paths.audit]: {
    people: () => ({ actorType: 'staff,operator' }),
    bad: () => ({ outcome: 'rejected,refused,failed,canceled' }),
  },
  [paths.federation]: { expiring: () => ({ due: 'expiring' }), unused: () => ({ due: 'unused' }) },
  [paths.replayRuns]: { underWay: () => ({ status: 'planning,running' }) },
  [paths.devAids]: { failing: () => ({ status: 'failing' }) },
  [paths.jobs]: { failed: () => ({ status: 'failed' }) },
  [paths.deliveryLog]: { rejected: () => ({ result: 'rejected' }), refused: () => ({ result: 'refused' }) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SystemView>>>>;

export type SystemViewId = { [P in keyof typeof views]: keyof (typeof views)[P] }[keyof typeof views];

/** The views that a list comes with, by their ids. */
export function systemViews(list: string): Readonly<Record<string, SystemView>> {
  const known: Readonly<Record<string, Readonly<Record<string, SystemView>>>> = views;
  return known[list] ?? {};
}
