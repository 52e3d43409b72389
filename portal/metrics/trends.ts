import type { MetricName, PartedMetric } from '#domain/metrics';
import { paths } from '../paths.ts';
import { everConverted } from '../services/provider/leads-list.ts';
import { paying } from '../services/provider/subscriptions-list.ts';
import { inList } from './metric.ts';
import type { Metric } from './metric.ts';

/** From which roll-ups a figure is made. */
export type MetricQuery =
  /** What the days add up to. */
  | { readonly kind: 'sum'; readonly of: readonly MetricName[]; readonly bySource?: PartedMetric }
  /** What there is at the end: the sum of all changes from the first day on. */
  | { readonly kind: 'level'; readonly of: 'mrr.net' }
  /** One count of another. */
  | {
      readonly kind: 'ratio';
      readonly of: readonly MetricName[];
      readonly over: readonly MetricName[];
      readonly bySource?: readonly [of: PartedMetric, over: PartedMetric];
    };

/** A figure over time: its query is filtered by the organisations, the sources and the range that its link has. */
export interface TrendMetric extends Metric {
  readonly query: MetricQuery;
}

const revenue = ['revenue.leads', 'revenue.subscriptions', 'revenue.usage', 'revenue.addons', 'revenue.ai'] as const;
const invoiced = [
  'invoiced.leads',
  'invoiced.subscriptions',
  'invoiced.usage',
  'invoiced.addons',
  'invoiced.ai',
] as const;
const flow = { isWindowed: true, keeps: ['org'] } as const;
const ofLeads = { isWindowed: true, keeps: ['org', 'source'] } as const;

export const trends = {
  revenue: {
    ...inList(paths.analyticsMix, {
      id: 'revenue',
      label: 'Revenue',
      definition:
        'What the ledger booked as revenue, refunds and credit notes taken off, without tax, by the day of its booking. Each currency by itself.',
      opens: 'Revenue mix',
      unit: 'money',
      goodDirection: 'up',
      ...flow,
    }),
    query: { kind: 'sum', of: revenue },
  },
  mrr: {
    ...inList(paths.subscriptions, {
      id: 'mrr',
      label: 'MRR',
      definition:
        'Monthly-normalised net price of subscriptions that are active or past due, at the end of each bucket: the sum of all movements up to it.',
      opens: 'Subscriptions: active and past due',
      unit: 'money',
      goodDirection: 'up',
      where: { status: paying.join(',') },
      keeps: ['org'],
    }),
    query: { kind: 'level', of: 'mrr.net' },
  },
  invoiced: {
    ...inList(paths.analyticsMix, {
      id: 'invoiced',
      label: 'Invoiced',
      definition: 'What was charged on invoices, credit notes taken off, without tax, by the day of its booking.',
      opens: 'Revenue mix',
      unit: 'money',
      goodDirection: 'up',
      ...flow,
    }),
    query: { kind: 'sum', of: invoiced },
  },
  cash: {
    ...inList(paths.payments, {
      id: 'cash',
      label: 'Collected',
      definition: 'Money received, by the day it was booked, before what went back.',
      opens: 'Payments that came',
      unit: 'money',
      goodDirection: 'up',
      where: { status: 'succeeded', kind: 'money' },
      ...flow,
    }),
    query: { kind: 'sum', of: ['cash.in'] },
  },
  addons: {
    ...inList(paths.addons, {
      id: 'addons',
      label: 'Add-ons sold',
      definition: 'Add-ons purchased, by the day of the purchase, before refunds.',
      opens: 'Add-ons',
      unit: 'money',
      goodDirection: 'up',
      ...flow,
    }),
    query: { kind: 'sum', of: ['addons.sold'] },
  },
  failed: {
    ...inList(paths.payments, {
      id: 'failed',
      label: 'Payments failed',
      definition: 'Payments that failed, by the day of the attempt.',
      opens: 'Payments that failed',
      unit: 'money',
      goodDirection: 'down',
      where: { status: 'failed' },
      ...flow,
    }),
    query: { kind: 'sum', of: ['payments.failed'] },
  },
  leads: {
    ...inList(paths.leads, {
      id: 'leads',
      label: 'Leads received',
      definition: 'Leads by the day they were created.',
      opens: 'Leads created in the range',
      unit: 'count',
      goodDirection: 'up',
      ...ofLeads,
    }),
    query: { kind: 'sum', of: ['leads.received'], bySource: 'leads.by_source' },
  },
  converted: {
    ...inList(paths.leads, {
      id: 'converted',
      label: 'Leads converted',
      definition: 'Leads by the day they were converted.',
      opens: 'Leads converted in the range',
      unit: 'count',
      goodDirection: 'up',
      where: { status: everConverted.join(',') },
      rangeOf: 'converted',
      ...ofLeads,
    }),
    query: { kind: 'sum', of: ['leads.converted'] },
  },
  conversion: {
    ...inList(paths.leads, {
      id: 'conversion',
      label: 'Conversion rate',
      definition:
        'Leads created that converted within 30 days, of all leads created. Leads younger than 30 days may still convert: what they make of it is still open.',
      opens: 'Leads created in the range',
      unit: 'share',
      goodDirection: 'up',
      ...ofLeads,
    }),
    query: {
      kind: 'ratio',
      of: ['leads.converted_within_30d'],
      over: ['leads.received'],
      bySource: ['leads.within_30d_by_source', 'leads.by_source'],
    },
  },
  started: {
    ...inList(paths.subscriptions, {
      id: 'started',
      label: 'Subscriptions started',
      definition: 'Subscriptions begun, or begun again.',
      opens: 'Subscriptions',
      unit: 'count',
      goodDirection: 'up',
      ...flow,
    }),
    query: { kind: 'sum', of: ['subscriptions.created'] },
  },
  canceled: {
    ...inList(paths.subscriptions, {
      id: 'canceled',
      label: 'Subscriptions canceled',
      definition: 'Subscriptions canceled.',
      opens: 'Subscriptions: canceled',
      unit: 'count',
      goodDirection: 'down',
      where: { status: 'canceled' },
      ...flow,
    }),
    query: { kind: 'sum', of: ['subscriptions.canceled'] },
  },
  usage: {
    ...inList(paths.usage, {
      id: 'usage',
      label: 'Usage rows',
      definition: 'Rows of usage, by the day their window starts.',
      opens: 'Usage',
      unit: 'count',
      goodDirection: 'neither',
      ...flow,
    }),
    query: { kind: 'sum', of: ['usage.rows'] },
  },
  credits: {
    ...inList(paths.ai, {
      id: 'credits',
      label: 'AI credits',
      definition: 'Credits that uses of AI took.',
      opens: 'AI credits',
      unit: 'credits',
      goodDirection: 'neither',
      ...flow,
    }),
    query: { kind: 'sum', of: ['ai.credits'] },
  },
  incidents: {
    ...inList(paths.incidents, {
      id: 'incidents',
      label: 'Incidents opened',
      definition: 'Incidents by the day they were opened.',
      opens: 'Incidents',
      unit: 'count',
      goodDirection: 'down',
      ...flow,
    }),
    query: { kind: 'sum', of: ['incidents.opened'] },
  },
} as const satisfies Record<string, TrendMetric>;

export type TrendId = keyof typeof trends;

export const trendIds: readonly TrendId[] = Object.keys(trends).filter((id) => isTrendId(id));

export function isTrendId(id: string): id is TrendId {
  return Object.hasOwn(trends, id);
}
