import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import { formatCount, formatMoney, formatPercent, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { plusDays, startOfUtcDay } from '../../../../lists/buckets.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { metricCopy } from '../../../../messages/en-metrics.ts';
import { metrics } from '../../../../metrics.ts';
import { paths } from '../../../../paths.ts';
import type { AnalyticsFigures, Compared } from '../../../../services/provider/analytics.service.ts';
import type { AnalyticsFilters, AnalyticsQuery } from '../../../../services/provider/analytics-query.ts';

/** Money for those who may see it; counts and rates for all. */
export function analyticsKpis({ filters, params }: AnalyticsQuery, figures: AnalyticsFigures): readonly Kpi[] {
  const { revenue, hasMoney } = figures;
  const trend = (metric: string) =>
    listHref(paths.analytics, changeParams(params, { metric, interval: 'day', from: '30d', to: undefined }));
  return [
    ...(hasMoney
      ? [revenueKpi(revenue, trend('revenue')), perOrgKpi(figures, trend('revenue'))]
      : [leadsKpi(figures, filters), activeKpi(figures)]),
    conversionKpi(figures, filters),
    retentionKpi(figures),
  ];
}

function revenueKpi(revenue: Compared | undefined, href: Kpi['href']): Kpi {
  return {
    id: 'revenue',
    ...metricCopy.revenue,
    isUncounted: true,
    ...(revenue
      ? { value: formatMoney(revenue.now, revenue.currency), note: otherCurrencies([main(revenue), ...revenue.others]) }
      : { value: nothing, note: analytics.noRevenue }),
    ...(revenue && {
      change: {
        value: Number(revenue.now),
        previous: Number(revenue.before),
        previousText: formatMoney(revenue.before, revenue.currency),
        span: analytics.previousSpan,
      },
      parts: revenue.byDay.map(Number),
    }),
    goodDirection: 'up',
    href,
    opens: analytics.opensTrend,
  };
}

function perOrgKpi({ revenue, activeOrgs }: AnalyticsFigures, href: Kpi['href']): Kpi {
  const per = (sum: bigint, orgs: number) => (orgs === 0 ? undefined : sum / BigInt(orgs));
  const now = revenue && per(revenue.now, activeOrgs.now);
  const before = revenue && per(revenue.before, activeOrgs.before);
  const note = activeOrgs.now === 0 ? analytics.noneActive : analytics.activeOf(formatCount(activeOrgs.now));
  return {
    id: 'per-org',
    ...metricCopy.perOrg,
    isUncounted: true,
    value: now === undefined ? nothing : formatMoney(now, revenue?.currency),
    note: revenue ? note : analytics.noRevenue,
    ...(now !== undefined &&
      before !== undefined && {
        change: {
          value: Number(now),
          previous: Number(before),
          previousText: formatMoney(before, revenue?.currency),
          span: analytics.previousSpan,
        },
      }),
    goodDirection: 'up',
    href,
    opens: analytics.opensTrend,
  };
}

function leadsKpi({ leads }: AnalyticsFigures, { orgs, sources }: AnalyticsFilters): Kpi {
  return {
    id: 'leads',
    ...metricCopy.leads,
    value: formatCount(Number(leads.now)),
    count: Number(leads.now),
    note: '',
    change: {
      value: Number(leads.now),
      previous: Number(leads.before),
      previousText: formatCount(Number(leads.before)),
      span: analytics.previousSpan,
    },
    parts: leads.byDay.map(Number),
    goodDirection: 'up',
    href: metrics.leads.href({ from: '30d', orgs, sources }),
    opens: analytics.opensLeads,
  };
}

function activeKpi({ activeOrgs: { now, before } }: AnalyticsFigures): Kpi {
  return {
    id: 'active',
    ...metricCopy.activeOrgs,
    isUncounted: true,
    value: formatCount(now),
    note: '',
    change: { value: now, previous: before, previousText: formatCount(before), span: analytics.previousSpan },
    goodDirection: 'up',
    href: listHref(paths.analytics, new URLSearchParams({ metric: 'leads,usage,credits' })),
    opens: analytics.opensTrend,
  };
}

function conversionKpi({ cohort, conversion: { now, before } }: AnalyticsFigures, filters: AnalyticsFilters): Kpi {
  const day = (text: string) => formatInstant(startOfUtcDay(text), 'UTC', 'date');
  const last = plusDays(cohort.until, -1);
  const { orgs, sources } = filters;
  const isTold = now.whole > 0;
  return {
    id: 'conversion',
    ...metricCopy.conversion,
    value: formatShare(now.part, now.whole),
    count: now.whole,
    note: isTold
      ? analytics.ofLeads(formatCount(now.part), formatCount(now.whole), day(cohort.from), day(last))
      : analytics.noCohort,
    ...(isTold &&
      before.whole > 0 && {
        change: {
          value: now.part / now.whole,
          previous: before.part / before.whole,
          previousText: formatShare(before.part, before.whole),
          span: analytics.cohortSpan,
          in: 'points' as const,
        },
      }),
    goodDirection: 'up',
    href: metrics.conversion.href({ from: cohort.from, to: last, orgs, sources }),
    opens: analytics.opensLeads,
  };
}

function retentionKpi({ retention }: AnalyticsFigures): Kpi {
  return {
    id: 'retention',
    ...metricCopy.retention,
    isUncounted: true,
    value: retention === undefined ? nothing : formatPercent(retention),
    note: retention === undefined ? analytics.retentionNone : analytics.retentionNote,
    goodDirection: 'up',
    href: paths.analyticsCohorts,
    opens: analytics.opensCohorts,
  };
}

function main({ currency, now }: Compared) {
  return { currency, minor: now };
}
