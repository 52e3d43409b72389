import type { DeliveryResult } from '../services/provider/deliveries-query.ts';
import type { PageId, StaffRole } from '../auth/access.ts';
import type { Preset } from '../lists/windows.ts';
import type { Density, Theme } from '../preferences/preferences.ts';
import { actions } from './en-actions.ts';
import { bulk } from './en-bulk.ts';
import { delivery } from './en-delivery.ts';
import { lists } from './en-lists.ts';
import { security } from './en-security.ts';
import { palette } from './en-palette.ts';
import { views } from './en-views.ts';
import { counted } from './counted.ts';

/** All copy of the portal. */
export const messages = {
  product: 'Tributary',
  skip: 'Skip to content',
  pages: {
    dashboard: 'Dashboard',
    leads: 'Leads',
    ai: 'AI credits',
    subscriptions: 'Subscriptions',
    usage: 'Usage',
    addons: 'Add-ons',
    incidents: 'Incidents',
    billing: 'Billing',
    analytics: 'Analytics',
    audit: 'Audit log',
    federation: 'Federation',
    'dev-aids': 'Dev aids',
    settings: 'Settings',
  } satisfies Record<PageId, string>,
  roles: {
    provider: 'Provider',
    accountant: 'Accountant',
    developer: 'Developer',
  } satisfies Record<StaffRole, string>,
  shell: {
    navigation: 'Provider',
    openNavigation: 'Open navigation',
    closeNavigation: 'Close navigation',
    account: (name: string) => `Account of ${name}`,
    theme: 'Theme',
    density: 'Rows',
    zone: 'Time zone',
    signOut: 'Sign out',
    dataThrough: 'Data through',
    badges: (page: PageId): string => {
      if (page === 'leads') return 'converted and not billed';
      if (page === 'incidents') return 'breaching or due within an hour';
      return page === 'billing' ? 'dunning steps due today' : 'failed deliveries in 24 hours';
    },
  },
  themes: {
    system: 'Follow system',
    paper: 'Paper',
    dune: 'Dune',
    graphite: 'Graphite',
    midnight: 'Midnight',
    contrast: 'Contrast',
  } satisfies Record<Theme, string>,
  densities: { comfortable: 'Comfortable', compact: 'Compact' } satisfies Record<Density, string>,
  signIn: {
    title: 'Sign in',
    purpose: 'For staff of the provider.',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    submitting: 'Signing in…',
    refused: 'E-mail or password is not right.',
    limited: 'Too many attempts. Try again in a few minutes.',
    unavailable: 'Sign-in is not available right now. Try again shortly.',
    foreign: 'This request did not come from the portal.',
    signedOut: 'You are signed out.',
  },
  states: {
    retry: 'Retry',
    failed: 'This part could not be loaded.',
    failedPage: 'This page could not be loaded.',
    failedHint: 'Nothing was changed. Try again; if it stays, give this reference to whoever runs the portal.',
    reference: 'Reference',
    outdated: 'This page was updated.',
    reload: 'Reload',
    notFound: 'There is no such page.',
    notFoundHint: 'The address may be misspelt, or the page was moved.',
    toDashboard: 'Go to the dashboard',
    loading: 'Loading',
    unauthorized: 'Sign in to see this page.',
  },
  forbidden: {
    title: (page: string) => `Your access does not include ${page}`,
    roles: (roles: readonly string[], page: string) =>
      roles.length === 0
        ? `Your account has no role, so it does not include ${page}.`
        : `Your ${roles.length === 1 ? 'role' : 'roles'} (${roles.join(', ')}) ${roles.length === 1 ? 'does' : 'do'} not include ${page}.`,
    ask: (roles: readonly string[]) => `Whoever runs the portal can give you one that does: ${roles.join(' or ')}.`,
    somePage: 'this page',
  },
  kpi: {
    define: (label: string) => `What “${label}” means`,
    previous: (value: string, span: string) => `vs ${value} ${span}`,
    isNew: 'new',
    noChange: 'no change',
    opens: (list: string) => `opens ${list}`,
    couldNotLoad: 'Could not load',
  },
  dashboard: {
    title: 'Dashboard',
    purpose: 'Is anything wrong, and is what tenants send arriving?',
    deliveries: 'Deliveries, last 24 hours',
    byHour: 'Requests by hour',
    byHourSummary: (accepted: string, refused: string) =>
      `${accepted} events accepted and ${refused} requests refused in the last 24 hours.`,
    byType: 'Events by type',
    byTypeEmpty: 'No events in the last 24 hours.',
    byCode: 'Refused by reason',
    byCodeEmpty: 'Nothing was refused in the last 24 hours.',
    latest: 'Latest deliveries',
    openLog: 'Open webhook log',
    emptyTitle: 'No deliveries yet',
    emptyText: 'They appear when an organisation sends its first signed request.',
    noCardsTitle: 'Nothing to show for your role yet',
    noCardsText: 'The dashboard of an accountant shows money. Its figures appear with the pages they are counted from.',
    hour: 'Hour',
    hoursAgo: (hours: number) => `−${hours} h`,
    last24h: 'last 24 h',
    previous24h: 'prev. 24 h',
  },
  deliveries: {
    title: 'Webhook log',
    purpose: 'Every request that organisations sent to the gateway, and what became of it.',
    caption: 'Deliveries',
    figures: 'Deliveries in figures',
    results: {
      accepted: 'Accepted',
      applied: 'Applied',
      rejected: 'Rejected',
      refused: 'Refused',
      replayed: 'Replayed',
    } satisfies Record<DeliveryResult, string>,
    resultHints: {
      accepted: 'Stored, not decided yet',
      applied: 'The books changed',
      rejected: 'Stored, and can never be applied as things stand',
      refused: 'Answered with a problem; nothing was stored',
      replayed: 'A repeat, answered with the first answer',
    } satisfies Record<DeliveryResult, string>,
    figure: {
      accepted: {
        label: 'Accepted',
        definition:
          'Requests that were answered 200 as a new event and are durable, whatever became of them: waiting, applied or rejected. Repeats of one event count once.',
      },
      applied: {
        label: 'Applied',
        definition: 'Accepted events that changed the books: one domain change, one Activity and one audit entry each.',
      },
      rejected: {
        label: 'Rejected',
        definition:
          'Accepted events that can never be applied as things stand, such as a refund over what was paid. They are kept with their reason and have no effect.',
      },
      refused: {
        label: 'Refused',
        definition:
          'Lines of the log for requests answered with a 4xx or 5xx code; nothing was stored of them. Equal requests of an unverified sender within a second are one line.',
      },
    },
    waitingName: 'Waiting',
    waiting: (count: string) => `${count} waiting`,
    noneWaiting: 'none waiting',
    ofAccepted: (share: string) => `${share} of accepted`,
    requests: (count: string) => counted(count, 'request'),
    goesTo: { accepted: 'all events', applied: 'applied', rejected: 'rejected', refused: 'refused' },
    columns: {
      time: 'Time',
      org: 'Organisation',
      type: 'Type',
      result: 'Result',
      code: 'Code',
      took: 'Took',
      attempt: 'Attempt',
      idempotencyKey: 'Idempotency key',
      eventId: 'Event',
    },
    tookHint: 'From receipt to outcome: the decision of an event, the answer of a refusal or replay',
    attemptHint: 'Which request of its delivery this was',
    routes: { events: 'POST /events', usage: 'POST /usage', 'event-state': 'GET /events/{id}' },
    unknownOrg: 'Unverified',
    empty: 'No requests yet',
    emptyText: 'They appear when an organisation sends its first signed request to the gateway.',
    noMatch: 'No delivery matches these filters',
    found: (total: string) => counted(total, 'delivery', 'deliveries'),
    search: 'Find by exact id…',
    searchLabel: 'Find by exact id: event, idempotency key or entity; of refusals also key or request',
    key: 'Key',
    event: 'Event id',
    idempotency: 'Idempotency key',
    tail: 'Tail',
    tailHint: 'Refresh every 5 seconds',
    repeats: (count: string) => `×${count}`,
    repeatsHint: (count: string) => `${count} equal requests`,
  },
  presets: {
    '24h': 'Last 24 hours',
    today: 'Today',
    yesterday: 'Yesterday',
    '7d': 'Last 7 days',
    '30d': 'Last 30 days',
    '90d': 'Last 90 days',
    mtd: 'Month to date',
    lastmonth: 'Last month',
    qtd: 'Quarter to date',
    ytd: 'Year to date',
  } satisfies Record<Preset, string>,
  actions,
  bulk,
  delivery,
  lists,
  security,
  palette,
  views,
} as const;
