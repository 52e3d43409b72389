import type { Route } from 'next';
import type { MetricName, PartedMetric } from '#domain/metrics';
import { changeParams, listHref } from './lists/list-href.ts';
import { metricCopy } from './messages/en-metrics.ts';
import { paths } from './paths.ts';
import { everConverted } from './services/provider/leads-list.ts';

export type MetricUnit = 'count' | 'money' | 'share' | 'credits';

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

/** What a figure is filtered by, and what the list that it links to is: one object for both. */
export interface MetricFilter {
  /** `from` and `to` of the list's URL. */
  readonly from: string | undefined;
  readonly to?: string | undefined;
  readonly orgs: readonly string[];
  readonly sources: readonly string[];
}

export interface Metric {
  readonly label: string;
  readonly definition: string;
  readonly unit: MetricUnit;
  readonly goodDirection: 'up' | 'down' | undefined;
  readonly query: MetricQuery;
  readonly href: (filter: MetricFilter) => Route;
}

const revenue = ['revenue.leads', 'revenue.subscriptions', 'revenue.usage', 'revenue.addons', 'revenue.ai'] as const;
const invoiced = [
  'invoiced.leads',
  'invoiced.subscriptions',
  'invoiced.usage',
  'invoiced.addons',
  'invoiced.ai',
] as const;

/** Each figure over time: its name, what it means, whether more of it is good, where it comes from and what it opens. */
export const metrics = {
  revenue: {
    ...metricCopy.revenue,
    unit: 'money',
    goodDirection: 'up',
    query: { kind: 'sum', of: revenue },
    href: opens(paths.analyticsMix),
  },
  mrr: {
    ...metricCopy.mrr,
    unit: 'money',
    goodDirection: 'up',
    query: { kind: 'level', of: 'mrr.net' },
    href: opens(paths.subscriptions, { status: 'active,past_due', from: undefined, to: undefined }),
  },
  invoiced: {
    ...metricCopy.invoiced,
    unit: 'money',
    goodDirection: 'up',
    query: { kind: 'sum', of: invoiced },
    href: opens(paths.analyticsMix),
  },
  cash: {
    ...metricCopy.cash,
    unit: 'money',
    goodDirection: 'up',
    query: { kind: 'sum', of: ['cash.in'] },
    href: opens(paths.analyticsMix),
  },
  addons: {
    ...metricCopy.addons,
    unit: 'money',
    goodDirection: 'up',
    query: { kind: 'sum', of: ['addons.sold'] },
    href: opens(paths.addons),
  },
  failed: {
    ...metricCopy.failed,
    unit: 'money',
    goodDirection: 'down',
    query: { kind: 'sum', of: ['payments.failed'] },
    href: opens(paths.analyticsMix),
  },
  leads: {
    ...metricCopy.leads,
    unit: 'count',
    goodDirection: 'up',
    query: { kind: 'sum', of: ['leads.received'], bySource: 'leads.by_source' },
    href: opens(paths.leads),
  },
  converted: {
    ...metricCopy.converted,
    unit: 'count',
    goodDirection: 'up',
    query: { kind: 'sum', of: ['leads.converted'] },
    href: opens(paths.leads, { status: everConverted.join(',') }),
  },
  conversion: {
    ...metricCopy.conversion,
    unit: 'share',
    goodDirection: 'up',
    query: {
      kind: 'ratio',
      of: ['leads.converted_within_30d'],
      over: ['leads.received'],
      bySource: ['leads.within_30d_by_source', 'leads.by_source'],
    },
    href: opens(paths.leads),
  },
  started: {
    ...metricCopy.started,
    unit: 'count',
    goodDirection: 'up',
    query: { kind: 'sum', of: ['subscriptions.created'] },
    href: opens(paths.subscriptions),
  },
  canceled: {
    ...metricCopy.canceled,
    unit: 'count',
    goodDirection: 'down',
    query: { kind: 'sum', of: ['subscriptions.canceled'] },
    href: opens(paths.subscriptions, { status: 'canceled' }),
  },
  usage: {
    ...metricCopy.usage,
    unit: 'count',
    goodDirection: undefined,
    query: { kind: 'sum', of: ['usage.rows'] },
    href: opens(paths.usage),
  },
  credits: {
    ...metricCopy.credits,
    unit: 'credits',
    goodDirection: undefined,
    query: { kind: 'sum', of: ['ai.credits'] },
    href: opens(paths.ai),
  },
  incidents: {
    ...metricCopy.incidents,
    unit: 'count',
    goodDirection: 'down',
    query: { kind: 'sum', of: ['incidents.opened'] },
    href: opens(paths.incidents),
  },
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof metrics;

export const metricIds: readonly MetricId[] = Object.keys(metrics).filter((id) => isMetricId(id));

export function isMetricId(id: string): id is MetricId {
  return Object.hasOwn(metrics, id);
}

function opens(path: Route, changes: Readonly<Record<string, string | undefined>> = {}): Metric['href'] {
  return ({ from, to, orgs, sources }) =>
    listHref(
      path,
      changeParams('', {
        from,
        to,
        org: orgs.join(','),
        ...(path === paths.leads && { source: sources.join(',') }),
        ...changes,
      }),
    );
}
