import type { PageId, StaffRole } from '#portal/auth/access';

export interface Contract {
  readonly path: string;
  readonly page: PageId;
  /** What a role needs beside reading the page, to see this part of it. */
  readonly roles?: readonly StaffRole[];
  /** Of its scripts, compressed. */
  readonly scriptsMax?: number;
  /** The table that it lists; a page of another kind has none. */
  readonly table?: string;
  /** A parameter that nothing matches. */
  readonly nothing?: string;
  readonly export?: string;
  /** Of a thing that its address names, which an empty portal does not have. */
  readonly isOfThing?: boolean;
  /** The seed leaves it empty. */
  readonly isEmpty?: boolean;
  /** A page of another kind: what it does not have. */
  readonly lacks?: readonly ('figures' | 'filters' | 'sort')[];
}

const analyticsMax = 240_000;
const nothing = 'q=nothing-of-this-name';
const list = (page: PageId, path: string, table: string, told: Partial<Contract> = {}): Contract => ({
  page,
  path: `/provider/${path}`,
  table,
  nothing,
  export: `/provider/${path}/export`,
  ...told,
});

/** A run that is over. */
export const shownReplay = '01920000-0000-7000-8000-000000000001';

const plain = ['filters', 'sort', 'figures'] as const;
const settings = (tab: string, roles: readonly StaffRole[] = ['provider', 'developer', 'accountant']): Contract => ({
  page: 'settings',
  path: `/provider/settings${tab}`,
  lacks: ['filters', 'sort'],
  roles,
});

/** An address with one more parameter. */
export function withParam(path: string, param: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${param}`;
}

/** Every page of the portal: a new one is a line here. */
export const contracts: readonly Contract[] = [
  { page: 'dashboard', path: '/provider', lacks: ['filters'] },
  list('leads', 'leads', 'lead'),
  list('subscriptions', 'subscriptions', 'subscription'),
  list('subscriptions', 'subscriptions/changes', 'mrr_movement', { isEmpty: true }),
  list('usage', 'usage', 'rated_period', { isEmpty: true }),
  list('usage', 'usage/unrated', 'unrated_usage', { isEmpty: true }),
  list('addons', 'addons', 'addon_purchase'),
  list('ai', 'ai', 'ai_usage_event'),
  list('ai', 'ai/alerts', 'ai_alert', { isEmpty: true }),
  list('ai', 'ai/acme', 'ai_usage_event', { export: '/provider/ai/export?org=acme', isOfThing: true }),
  list('billing', 'billing/invoices', 'invoice'),
  list('billing', 'billing/unbilled', 'lead', { isEmpty: true }),
  list('billing', 'billing/dunning', 'dunning_case', { isEmpty: true }),
  list('billing', 'billing/payments', 'payment'),
  list('billing', 'billing/credits', 'credit_balance', { isEmpty: true }),
  list('billing', 'billing', 'reconciliation_cell', { isEmpty: true }),
  list('incidents', 'incidents', 'incident'),
  list('incidents', 'incidents/resolved', 'incident'),
  list('federation', 'federation', 'federation_key'),
  { page: 'federation', path: '/provider/federation/log', table: 'event', nothing: 'idempotency=never-sent' },
  list('audit', 'audit', 'audit_log'),
  list('dev-aids', 'dev-aids', 'evaluation_run'),
  { page: 'dev-aids', path: '/provider/dev-aids/jobs', table: 'job_slot', nothing: 'q=2001-01-01', isEmpty: true },
  ...['contract', 'themes'].map((tab): Contract => ({
    page: 'dev-aids',
    path: `/provider/dev-aids/${tab}`,
    lacks: plain,
  })),
  list('federation', 'federation/replay/runs', 'replay_run', { isEmpty: true, nothing: 'by=nobody@example.com' }),
  list('federation', `federation/replay/run?run=${shownReplay}`, 'replay_item', {
    export: `/provider/federation/replay/run/export?run=${shownReplay}`,
    isOfThing: true,
  }),
  { page: 'federation', path: '/provider/federation/replay', lacks: ['figures', 'sort'] },
  ...['', '/funnel', '/cohorts', '/mix'].map((tab): Contract => ({
    page: 'analytics',
    path: `/provider/analytics${tab}`,
    lacks: ['sort'],
    scriptsMax: analyticsMax,
  })),
  ...['', '/security', '/appearance'].map((tab) => settings(tab)),
  settings('/flags', ['provider', 'developer']),
  ...['/staff', '/plans', '/data'].map((tab) => settings(tab, ['provider'])),
];
