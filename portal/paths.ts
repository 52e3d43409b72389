import type { Route } from 'next';

/** Every path of the portal is made here. */

export const paths = {
  home: '/provider',
  signIn: '/sign-in',
  signInSubmit: '/sign-in/submit',
  secondStep: '/sign-in/second-step',
  secondStepSubmit: '/sign-in/second-step/submit',
  oidcSignIn: '/sign-in/oidc',
  oidcCallback: '/sign-in/oidc/callback',
  passkeySignIn: '/sign-in/passkey',
  passkeyQuestion: '/sign-in/passkey/options',
  signOut: '/sign-out',
  analytics: '/provider/analytics',
  analyticsFunnel: '/provider/analytics/funnel',
  analyticsCohorts: '/provider/analytics/cohorts',
  analyticsMix: '/provider/analytics/mix',
  federation: '/provider/federation',
  keysExport: '/provider/federation/export',
  deliveryLog: '/provider/federation/log',
  logExport: '/provider/federation/log/export',
  replay: '/provider/federation/replay',
  replayRuns: '/provider/federation/replay/runs',
  replayRunsExport: '/provider/federation/replay/runs/export',
  replayRun: '/provider/federation/replay/run',
  replayExport: '/provider/federation/replay/run/export',
  audit: '/provider/audit',
  auditExport: '/provider/audit/export',
  leads: '/provider/leads',
  leadsExport: '/provider/leads/export',
  ai: '/provider/ai',
  aiExport: '/provider/ai/export',
  aiAlerts: '/provider/ai/alerts',
  aiAlertsExport: '/provider/ai/alerts/export',
  usage: '/provider/usage',
  usageExport: '/provider/usage/export',
  usageUnrated: '/provider/usage/unrated',
  unratedExport: '/provider/usage/unrated/export',
  subscriptions: '/provider/subscriptions',
  subscriptionsExport: '/provider/subscriptions/export',
  subscriptionChanges: '/provider/subscriptions/changes',
  changesExport: '/provider/subscriptions/changes/export',
  addons: '/provider/addons',
  addonsExport: '/provider/addons/export',
  incidents: '/provider/incidents',
  incidentsExport: '/provider/incidents/export',
  incidentsResolved: '/provider/incidents/resolved',
  resolvedExport: '/provider/incidents/resolved/export',
  settings: '/provider/settings',
  settingsSecurity: '/provider/settings/security',
  settingsAppearance: '/provider/settings/appearance',
  staffExport: '/provider/settings/staff/export',
  staffSessionsExport: '/provider/settings/staff/sessions-export',
  pricesExport: '/provider/settings/plans/prices-export',
  filesExport: '/provider/settings/data/export',
  settingsStaff: '/provider/settings/staff',
  settingsPlans: '/provider/settings/plans',
  settingsFlags: '/provider/settings/flags',
  settingsData: '/provider/settings/data',
  devAids: '/provider/dev-aids',
  evaluationsExport: '/provider/dev-aids/export',
  jobs: '/provider/dev-aids/jobs',
  jobsExport: '/provider/dev-aids/jobs/export',
  contract: '/provider/dev-aids/contract',
  themeGallery: '/provider/dev-aids/themes',
  billing: '/provider/billing',
  billingExport: '/provider/billing/export',
  billingRowsExport: '/provider/billing/rows-export',
  unbilled: '/provider/billing/unbilled',
  unbilledExport: '/provider/billing/unbilled/export',
  dunning: '/provider/billing/dunning',
  dunningExport: '/provider/billing/dunning/export',
  credits: '/provider/billing/credits',
  creditsExport: '/provider/billing/credits/export',
  invoices: '/provider/billing/invoices',
  invoicesExport: '/provider/billing/invoices/export',
  invoicePdf: '/provider/billing/invoices/pdf',
  payments: '/provider/billing/payments',
  paymentsExport: '/provider/billing/payments/export',
} as const;

/** The request header in which the proxy hands on the path and query, for the pages that are shown instead of another. */
export const pathHeader = 'x-portal-path';
/** The request header in which the proxy hands on the nonce of its content policy. */
export const nonceHeader = 'x-portal-nonce';

const nextMax = 2_048;

/** Sign-in that comes back to where the visitor wanted to go. */
export function signInPath(next?: string): '/sign-in' | `/sign-in?${string}` {
  const target = safeNext(next);
  return target === paths.home ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(target)}`;
}

/** The second step of a sign-in that goes on to where the visitor wanted to go. */
export function secondStepPath(
  next?: string,
  way?: 'recovery',
): '/sign-in/second-step' | `/sign-in/second-step?${string}` {
  const target = safeNext(next);
  const query = new URLSearchParams({ ...(target !== paths.home && { next: target }), ...(way && { with: way }) });
  return query.size === 0 ? paths.secondStep : `${paths.secondStep}?${query}`;
}

/** Only a path below /provider; anything that a browser could read as another origin becomes the home page. */
export function safeNext(next: string | null | undefined): Route {
  return next && isInside(next) ? next : paths.home;
}

/** Whether it is a path of the provider's pages that no browser could read as another origin. */
export function isInside(path: string): path is Route {
  return path.length <= nextMax && /^\/provider(?=$|[/?])[^\\\s]*$/.test(path);
}

/** A run in the Temporal UI. */
export function temporalRunUrl(uiUrl: string, namespace: string, workflowId: string): string {
  return `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

/** The AI credits of one organisation. */
export function aiOrgPath(orgId: string): Route {
  const path = `/provider/ai/${encodeURIComponent(orgId)}`;
  return isInside(path) ? path : paths.ai;
}

/** By which the calls of one organisation are known as a list, whichever it is. */
export const aiOrgList = '/provider/ai/org';

/** A replay of events that were chosen one by one. They are told where no server reads them: there may be thousands. */
export function replayOf(eventIds: readonly string[]): Route {
  return `${paths.replay}#${eventIds.join(',')}`;
}
