import { countsCompared, sharesCompared } from '../../../../components/kpi/compared.ts';
import { creditCourse } from '../../../../components/kpi/credit-course.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../components/list/course.ts';
import { formatCount, formatPercent, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatCredits } from '../../../../format/units.ts';
import { messages } from '../../../../messages/en.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Scope } from '../../../../metrics/metric.ts';
import { dashboardMetrics } from '../../../../metrics/overview.ts';
import { firstNames } from '../../../../services/provider/dashboard.service.ts';
import type { CreditsUsed } from '../../../../services/provider/dashboard.service.ts';
import type { FirstTimes } from '../../../../services/provider/federation-health.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';
import type { OpenIncidents } from '../../../../services/provider/incidents.service.ts';
import type { Windowed } from './dashboard-view.ts';

export function leadsKpi({ count, previous, parts, today }: ListFigure, { span, scope }: Windowed): Kpi {
  return {
    metric: dashboardMetrics.leads,
    value: formatCount(count),
    count,
    note: today && today.count > 0 ? messages.lists.today(formatCount(today.count)) : '',
    change: countsCompared(count, previous, span),
    parts,
    href: metricHref(dashboardMetrics.leads, scope),
  };
}

export function creditsKpi({ used, limit, nearLimit, course }: CreditsUsed, scope: Scope): Kpi {
  const { shown, more } = firstNames(nearLimit);
  const share = limit === 0n ? undefined : Number(used) / Number(limit);
  return {
    metric: dashboardMetrics.credits,
    isUncounted: true,
    value: share === undefined ? nothing : formatPercent(share),
    note:
      share === undefined
        ? ai.withoutLimit
        : `${dashboard.ofLimit(formatCredits(used), formatCredits(limit))} · ${dashboard.near(shown, more)}`,
    ...(share !== undefined && { meter: { share, ticks }, ...creditCourse(course) }),
    href: metricHref(dashboardMetrics.credits, scope),
  };
}

const ticks = [0.75, 0.9, 1];

export function incidentsKpi(summary: OpenIncidents, scope: Scope): Kpi {
  const { open, breaching, due, courses } = summary;
  return {
    metric: dashboardMetrics.incidents,
    value: formatCount(open.count),
    count: open.count,
    note: dashboard.breaching(formatCount(breaching.count), formatCount(due.count)),
    ...countCourse(courses?.byName.get('incidents.open_net'), open.count),
    href: metricHref(dashboardMetrics.incidents, scope),
  };
}

export function federationKpi(firstTime: FirstTimes, { isChosen, span, scope }: Windowed): Kpi {
  const { good, all } = firstTime.now;
  const [now, before] = [firstTime.now, firstTime.before].map((told) => ({ part: told.good, whole: told.all }));
  return {
    metric: dashboardMetrics.federation,
    isUncounted: true,
    value: all === 0 ? nothing : formatShare(good, all),
    note:
      all === 0
        ? isChosen
          ? dashboard.noDeliveriesInRange
          : dashboard.noDeliveries
        : dashboard.ofDeliveries(formatCount(good), formatCount(all)),
    change: now && before && sharesCompared(now, before, span),
    parts: firstTime.parts.map((part) => (part.all === 0 ? undefined : part.good / part.all)),
    href: metricHref(dashboardMetrics.federation, scope),
  };
}
