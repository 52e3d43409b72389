import { countsCompared, sharesCompared } from '../../../../components/kpi/compared.ts';
import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import { formatCount, formatMoney, formatPercent, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { changeParams } from '../../../../lists/list-href.ts';
import { plusDays, startOfUtcDay } from '../../../../lists/buckets.ts';
import { messages } from '../../../../messages/en.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { analyticsMetrics } from '../../../../metrics/overview.ts';
import type { AnalyticsFigures, Compared } from '../../../../services/provider/analytics.service.ts';
import type { AnalyticsQuery } from '../../../../services/provider/analytics-query.ts';

/** Money for those who may see it; counts and rates for all. */
export function analyticsKpis({ params }: Pick<AnalyticsQuery, 'params'>, figures: AnalyticsFigures): readonly Kpi[] {
  const told = new URLSearchParams(params);
  const href = (metric: Metric, range: Readonly<Record<string, string | undefined>> = {}) =>
    metricHref(metric, { params: told, windowed: changeParams(told, { to: undefined, tz: 'UTC', ...range }) });
  return [
    ...(figures.hasMoney
      ? [revenueKpi(figures, href), perOrgKpi(figures, href)]
      : [leadsKpi(figures, href), activeKpi(figures, href)]),
    conversionKpi(figures, href),
    retentionKpi(figures, href),
  ];
}

type HrefOf = (metric: Metric, range?: Readonly<Record<string, string | undefined>>) => Kpi['href'];

function revenueKpi({ revenue }: AnalyticsFigures, href: HrefOf): Kpi {
  return {
    metric: analyticsMetrics.revenue,
    isUncounted: true,
    ...(revenue
      ? {
          value: formatMoney(revenue.now, revenue.currency),
          note: facts(
            otherCurrencies([main(revenue), ...revenue.others]),
            revenue.today === 0n ? '' : messages.lists.today(formatMoney(revenue.today, revenue.currency)),
          ),
        }
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
    href: href(analyticsMetrics.revenue),
  };
}

function perOrgKpi({ revenue, activeOrgs }: AnalyticsFigures, href: HrefOf): Kpi {
  const per = (sum: bigint, orgs: number) => (orgs === 0 ? undefined : sum / BigInt(orgs));
  const now = revenue && per(revenue.now, activeOrgs.now);
  const before = revenue && per(revenue.before, activeOrgs.before);
  const note = activeOrgs.now === 0 ? analytics.noneActive : analytics.activeOf(formatCount(activeOrgs.now));
  return {
    metric: analyticsMetrics.perOrg,
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
    ...(revenue && activeOrgs.now > 0 && { parts: revenue.byDay.map((sum) => Number(sum) / activeOrgs.now) }),
    href: href(analyticsMetrics.perOrg),
  };
}

function leadsKpi({ leads }: AnalyticsFigures, href: HrefOf): Kpi {
  return {
    metric: analyticsMetrics.leads,
    value: formatCount(Number(leads.now)),
    count: Number(leads.now),
    note: messages.lists.today(formatCount(Number(leads.today))),
    change: countsCompared(Number(leads.now), Number(leads.before), analytics.previousSpan),
    parts: leads.byDay.map(Number),
    href: href(analyticsMetrics.leads, { from: '30d' }),
  };
}

function activeKpi({ activeOrgs: { now, before, byDay } }: AnalyticsFigures, href: HrefOf): Kpi {
  return {
    metric: analyticsMetrics.active,
    isUncounted: true,
    value: formatCount(now),
    note: byDay ? '' : analytics.noActiveCourse,
    parts: byDay,
    change: countsCompared(now, before, analytics.previousSpan),
    href: href(analyticsMetrics.active),
  };
}

function conversionKpi({ cohort, conversion: { now, before, byDay } }: AnalyticsFigures, href: HrefOf): Kpi {
  const day = (text: string) => formatInstant(startOfUtcDay(text), 'UTC', 'date');
  const last = plusDays(cohort.until, -1);
  const isTold = now.whole > 0;
  return {
    metric: analyticsMetrics.conversion,
    value: formatShare(now.part, now.whole),
    count: now.whole,
    note: isTold
      ? analytics.ofLeads(formatCount(now.part), formatCount(now.whole), day(cohort.from), day(last))
      : analytics.noCohort,
    change: sharesCompared(now, before, analytics.cohortSpan),
    parts: byDay,
    href: href(analyticsMetrics.conversion, { from: cohort.from, to: last }),
  };
}

function retentionKpi({ retention, retentionBefore, retentionByMonth }: AnalyticsFigures, href: HrefOf): Kpi {
  return {
    metric: analyticsMetrics.retention,
    isUncounted: true,
    value: retention === undefined ? nothing : formatPercent(retention),
    note: retention === undefined ? analytics.retentionNone : analytics.retentionNote,
    ...(retentionByMonth.length > 0 && { parts: retentionByMonth }),
    ...(retention !== undefined &&
      retentionBefore !== undefined && {
        change: {
          value: retention,
          previous: retentionBefore,
          previousText: formatPercent(retentionBefore),
          span: analytics.monthAgo,
          in: 'points' as const,
        },
      }),
    href: href(analyticsMetrics.retention),
  };
}

function main({ currency, now }: Compared) {
  return { currency, minor: now };
}
