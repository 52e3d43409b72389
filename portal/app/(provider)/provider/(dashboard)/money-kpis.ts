import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { formatSums, otherCurrencies, sumCourse } from '../../../../components/list/figure-kpi.ts';
import { staleText } from '../../../../components/stale.tsx';
import { formatCount, formatMoney } from '../../../../format/numbers.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Scope } from '../../../../metrics/metric.ts';
import { dashboardMetrics } from '../../../../metrics/overview.ts';
import { countCourse, moneyCourse } from '../../../../components/list/course.ts';
import type { MoneyCourses } from '../../../../services/provider/dashboard.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';
import type { Money } from '../../../../services/provider/money-sums.ts';
import type { Windowed } from './dashboard-view.ts';

interface Told {
  readonly scope: Scope;
  readonly currency: string | undefined;
  readonly at: number;
  readonly zone: string;
}

export function mrrKpi({ byName, through }: MoneyCourses, { scope, currency, at, zone }: Told): Kpi {
  const course = byName.get('mrr.net');
  const now = chosenFirst(course?.today?.sums ?? [], currency);
  return {
    metric: dashboardMetrics.mrr,
    sums: now,
    isUncounted: true,
    value: formatSums(now),
    note: now.length > 0 ? otherCurrencies(now) : dashboard.noMrr,
    stale: staleText({ through, at, zone }),
    ...(now[0] && moneyCourse(course, now[0])),
    href: metricHref(dashboardMetrics.mrr, scope),
  };
}

export function invoicedKpi(figure: ListFigure, { isChosen, span }: Windowed, { scope, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  const main = sums[0]?.currency ?? currency;
  return {
    metric: dashboardMetrics.invoiced,
    sums: figure.sums,
    value: sums.length > 0 ? formatSums(sums) : formatMoney(0n, main),
    count: figure.count,
    note:
      figure.count === 0
        ? isChosen
          ? dashboard.nothingInRange
          : dashboard.nothingInvoiced
        : facts(
            otherCurrencies(sums),
            (isChosen ? dashboard.invoices : dashboard.invoicesThisMonth)(formatCount(figure.count)),
          ),
    ...sumCourse(span, figure, main),
    href: metricHref(dashboardMetrics.invoiced, scope),
  };
}

export function unbilledKpi(figure: ListFigure, { byName }: MoneyCourses, { scope, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  const worth = [sums.length > 0 ? formatSums(sums) : '', otherCurrencies(sums)].filter(Boolean).join(' ');
  return {
    metric: dashboardMetrics.unbilled,
    sums: figure.sums,
    value: formatCount(figure.count),
    count: figure.count,
    note: worth,
    ...countCourse(byName.get('leads.unbilled_net'), figure.count),
    href: metricHref(dashboardMetrics.unbilled, scope),
  };
}

export function overdueKpi(figure: ListFigure, { byName }: MoneyCourses, { scope, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  return {
    metric: dashboardMetrics.overdue,
    sums: figure.sums,
    value: figure.count === 0 ? formatMoney(0n, currency) : formatSums(sums),
    count: figure.count,
    note:
      figure.count === 0
        ? dashboard.nothingOwed
        : facts(otherCurrencies(sums), dashboard.invoices(formatCount(figure.count))),
    ...moneyCourse(byName.get('receivable.overdue_net'), sums[0] ?? (currency ? { currency, minor: 0n } : undefined)),
    href: metricHref(dashboardMetrics.overdue, scope),
  };
}

function chosenFirst(sums: readonly Money[], chosen: string | undefined): readonly Money[] {
  const own = sums.filter(({ currency }) => currency === chosen);
  return [...own, ...sums.filter(({ currency }) => currency !== chosen)];
}
