import { parseArgs } from 'node:util';
import type { StaffRole } from '#portal/auth/access';
import type { Staff } from '#portal/auth/session';
import { encodeCursor } from '#portal/lists/cursor';
import type { ListDefinition, ListQuery } from '#portal/lists/define-list';
import { presetWindow } from '#portal/lists/windows';
import type { Window } from '#portal/lists/windows';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { readAnalyticsFigures, readTrends } from '#portal/services/provider/analytics.service';
import { readCohortGrid, readLeadFunnel, readMix } from '#portal/services/provider/analytics-shapes.service';
import { listAttention } from '#portal/services/provider/attention.service';
import {
  readCreditsUsed,
  readInvoiced,
  readMoneyCourses,
  readOrgsByRevenue,
  readReceived,
} from '#portal/services/provider/dashboard.service';
import { readFirstTimes, readHealth } from '#portal/services/provider/federation-health.service';
import { readAddonsBySku, readLeadsByStatus, readUsageByMeter } from '#portal/services/provider/list-charts.service';
import { readSubscriptionCharts } from '#portal/services/provider/subscription-charts';
import { usageList } from '#portal/services/provider/usage-list';
import { listPeriods, summarizeUsage } from '#portal/services/provider/usage.service';
import { addonsList } from '#portal/services/provider/addons-list';
import { listPurchases, summarizePurchases } from '#portal/services/provider/addons.service';
import { aiList } from '#portal/services/provider/ai-list';
import { listFeatureUse, summarizeAi } from '#portal/services/provider/ai-figures.service';
import { listAiUses } from '#portal/services/provider/ai.service';
import { auditList } from '#portal/services/provider/audit-list';
import { listAudit, summarizeAudit } from '#portal/services/provider/audit.service';
import { listOverdue, summarizeBuckets } from '#portal/services/provider/billing-dunning';
import { listInvoices } from '#portal/services/provider/billing-invoices';
import { dunningList, invoicesList, paymentsList } from '#portal/services/provider/billing-lists';
import { listPayments } from '#portal/services/provider/billing-payments';
import { summarizeBilling } from '#portal/services/provider/billing.service';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { listDeliveries, summarizeDeliveries } from '#portal/services/provider/federation.service';
import { findByPrefix } from '#portal/services/provider/palette.service';
import { incidentsList } from '#portal/services/provider/incidents-list';
import { listIncidents, summarizeIncidents } from '#portal/services/provider/incidents.service';
import { leadsList } from '#portal/services/provider/leads-list';
import { summarizeLeads } from '#portal/services/provider/lead-figures.service';
import { listLeads } from '#portal/services/provider/leads.service';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { listSubscriptions, summarizeSubscriptions } from '#portal/services/provider/subscriptions.service';
import { percentile } from '../figures.ts';

/** Times what the services read, in a process of its own: they run under the conditions of a server's bundle. Prints JSON. */
const { values } = parseArgs({
  options: { now: { type: 'string' }, deep: { type: 'string' }, rounds: { type: 'string' }, only: { type: 'string' } },
});
const now = Date.parse(values.now ?? '');
const deep = Date.parse(values.deep ?? '');
const rounds = Number(values.rounds ?? 20);
const only = values.only ?? '';
const roles: readonly StaffRole[] = ['provider', 'accountant', 'developer'];
const staff: Staff = {
  id: '00000000-0000-7000-8000-000000000000',
  sessionId: '00000000-0000-7000-8000-000000000000',
  email: 'bench@example.org',
  name: 'Bench',
  roles,
  reauthAt: now,
  hasSecondFactor: false,
  mustEnrol: false,
};

interface Timed {
  readonly list: string;
  readonly what: string;
  /** Undefined where it was not asked for. */
  readonly p95Ms: number | undefined;
}

async function time(list: string, what: string, work: () => Promise<unknown>): Promise<Timed> {
  if (!`${list} ${what}`.includes(only)) return { list, what, p95Ms: undefined };
  await work();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return {
    list,
    what,
    p95Ms: percentile(
      taken.toSorted((a, b) => a - b),
      0.95,
    ),
  };
}

interface Read<F> {
  readonly list: ListDefinition<F>;
  readonly read: (staff: Staff, query: ListQuery<F>) => Promise<unknown>;
  readonly figures?: (query: ListQuery<F>, window: Window) => Promise<unknown>;
  readonly filter: Readonly<Record<string, string>>;
}

const told = { zone: 'UTC', now };
const ranges = [
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['ytd', 'the year so far'],
] as const;

/** Figures of each of the longer ranges. */
async function timeRanges(list: string, what: string, work: (window: Window) => Promise<unknown>): Promise<Timed[]> {
  const timed = [];
  for (const [preset, name] of ranges)
    timed.push(await time(list, `${what}, ${name}`, () => work(presetWindow(preset, now, 'UTC'))));
  return timed;
}

async function timeList<F>(name: string, { list, read, figures, filter }: Read<F>): Promise<Timed[]> {
  const parse = (params: Readonly<Record<string, string>>) => list.parse(params, told);
  const first = parse({});
  const place = encodeCursor({ at: deep, id: 'seed-0500:0' }, first.scope);
  return [
    await time(name, 'first page', () => read(staff, first)),
    await time(name, 'page half-way down', () => read(staff, parse({ after: place }))),
    await time(name, `filtered by ${Object.keys(filter).join(', ')}`, () => read(staff, parse(filter))),
    ...(figures ? await timeRanges(name, 'figures', (window) => figures(first, window)) : []),
  ];
}

async function timeAnalytics(): Promise<Timed[]> {
  const query = (params: Readonly<Record<string, string>> = {}) => analyticsList.parse(params, told);
  const name = 'Analytics';
  return [
    await time(name, 'figures', () => readAnalyticsFigures(staff, query(), now)),
    await time(name, 'trends of 12 months', () => readTrends(staff, query(), now)),
    await time(name, 'trends of a source by day', () =>
      readTrends(staff, query({ source: 'fair', interval: 'day', metric: 'leads,conversion' }), now),
    ),
    await time(name, 'funnel of 12 months', () => readLeadFunnel(staff, query(), now)),
    await time(name, 'funnel of a source', () => readLeadFunnel(staff, query({ source: 'fair' }), now)),
    await time(name, 'funnel of an organisation', () => readLeadFunnel(staff, query({ org: 'seed-0500' }), now)),
    await time(name, 'cohorts of two years', () => readCohortGrid(staff, query(), now)),
    await time(name, 'revenue mix of 12 months', () => readMix(staff, query(), now)),
  ];
}

async function timeDashboard(): Promise<Timed[]> {
  const name = 'dashboard';
  const window = presetWindow('30d', now, 'UTC');
  return [
    await time(name, 'courses of the money strip', () => readMoneyCourses(staff, [], now)),
    await time(name, 'invoiced', () => readInvoiced(staff, [], month)),
    await time(name, 'leads received', () => readReceived(staff, [], window)),
    await time(name, 'credits used', () => readCreditsUsed(staff, [], now)),
    await time(name, 'organisations by revenue', () => readOrgsByRevenue(staff, { orgs: [], currency: 'EUR' }, now)),
    await time(name, 'federation, 24 hours', () => readFirstTimes(staff, presetWindow('24h', now, 'UTC'), [])),
    await time(name, 'needs attention', () => listAttention(staff, now)),
  ];
}

const month = presetWindow('mtd', now, 'UTC');
const log = parseDeliveriesQuery({}, told);
const ofSource = leadsList.parse({ source: 'web' }, told);
const uses = aiList.parse({}, told);
const timed = [
  ...(await timeList('leads', {
    list: leadsList,
    read: listLeads,
    figures: (query, window) => summarizeLeads(staff, query, window),
    filter: { status: 'qualified', source: 'fair' },
  })),
  ...(await timeRanges('leads', 'figures of a source', (window) => summarizeLeads(staff, ofSource, window))),
  await time('leads', 'chart by status', () => readLeadsByStatus(staff, [], now)),
  ...(await timeList('subscriptions', {
    list: subscriptionsList,
    read: listSubscriptions,
    figures: (query, window) => summarizeSubscriptions(staff, query, window),
    filter: { status: 'past_due' },
  })),
  await time('subscriptions', 'charts', () => readSubscriptionCharts(staff, now)),
  ...(await timeList('usage', {
    list: usageList,
    read: listPeriods,
    filter: { meter: 'seats' },
  })),
  await time('usage', 'figures', () => summarizeUsage(staff, usageList.parse({}, told))),
  await time('usage', 'chart by meter', () => readUsageByMeter(staff, { orgIds: [], meters: [] }, now)),
  ...(await timeList('add-ons', {
    list: addonsList,
    read: listPurchases,
    figures: (query, window) => summarizePurchases(staff, query, window),
    filter: { status: 'refunded' },
  })),
  await time('add-ons', 'chart by SKU', () => readAddonsBySku(staff, [], now)),
  ...(await timeList('incidents', {
    list: incidentsList,
    read: listIncidents,
    figures: (query, window) => summarizeIncidents(staff, query, window),
    filter: { sla: 'breaching' },
  })),
  ...(await timeList('AI credits', {
    list: aiList,
    read: listAiUses,
    figures: (query, window) => summarizeAi(staff, query, window, month),
    filter: { feature: 'pricing' },
  })),
  ...(await timeRanges('AI credits', 'table by feature', (window) => listFeatureUse(staff, uses, window))),
  ...(await timeList('invoices', {
    list: invoicesList,
    read: listInvoices,
    figures: (_, window) => summarizeBilling(staff, [], window),
    filter: { status: 'open', currency: 'JPY' },
  })),
  ...(await timeList('payments', { list: paymentsList, read: listPayments, filter: { status: 'failed' } })),
  ...(await timeList('overdue invoices', {
    list: dunningList,
    read: listOverdue,
    filter: { bucket: '1-7' },
  })),
  await time('overdue invoices', 'figures', () => summarizeBuckets(staff, dunningList.parse({}, told))),
  ...(await timeList('audit', {
    list: auditList,
    read: listAudit,
    figures: (query, window) => summarizeAudit(staff, query, window),
    filter: { outcome: 'failed' },
  })),
  await time('log', 'first page', () => listDeliveries(staff, log)),
  await time('log', 'page half-way down', () => listDeliveries(staff, { ...log, cursor: { at: deep, id: 'evt_' } })),
  await time('log', 'figures, 24 hours', () => summarizeDeliveries(staff, log, presetWindow('24h', now, 'UTC'))),
  ...(await timeRanges('log', 'figures', (window) => summarizeDeliveries(staff, log, window))),
  await time('keys', 'figures, 24 hours', () => readHealth(staff, presetWindow('24h', now, 'UTC'))),
  ...(await timeAnalytics()),
  ...(await timeDashboard()),
  await time('palette', 'what begins with “nor”', () => findByPrefix(staff, 'nor')),
];
console.log(JSON.stringify(timed.filter(({ p95Ms }) => p95Ms !== undefined)));
await Promise.all([globalThis.portalDatabase?.pool.end(), globalThis.portalTotalsPool?.end()]);
