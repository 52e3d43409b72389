import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import { staleText } from '../../../../components/stale.tsx';
import { formatCount, formatMoney, nothing } from '../../../../format/numbers.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import { chargedStatuses } from '../../../../services/provider/billing-lists.ts';
import type { Level } from '../../../../services/provider/dashboard.service.ts';
import type { ListFigure, Money } from '../../../../services/provider/list-figures.ts';
import type { Windowed } from './dashboard-view.ts';

const { kpis } = dashboard;

interface Told {
  readonly orgs: readonly string[];
  readonly currency: string | undefined;
  readonly at: number;
  readonly zone: string;
}

export function mrrKpi({ now, before, byDay, through }: Level, { orgs, at, zone }: Told): Kpi {
  const [main] = now;
  const own = before.find(({ currency }) => currency === main?.currency)?.minor ?? 0n;
  return {
    id: 'mrr',
    ...kpis.mrr,
    isUncounted: true,
    value: formatSums(now),
    note: main ? otherCurrencies(now) : dashboard.noMrr,
    stale: staleText({ through, at, zone }),
    ...(main && {
      change: {
        value: Number(main.minor),
        previous: Number(own),
        previousText: formatMoney(own, main.currency),
        span: dashboard.of30DaysAgo,
      },
      parts: byDay.map(Number),
    }),
    goodDirection: 'up',
    href: listHref(paths.subscriptions, changeParams('', { status: 'active,past_due', org: orgs.join(',') })),
  };
}

export function invoicedKpi(figure: ListFigure, { words, isChosen }: Windowed, { orgs, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  return {
    id: 'invoiced',
    ...kpis.invoiced,
    value: formatSums(sums),
    count: figure.count,
    note:
      figure.count === 0
        ? isChosen
          ? dashboard.nothingInRange
          : dashboard.nothingInvoiced
        : [isChosen ? '' : dashboard.thisMonth, dashboard.invoices(formatCount(figure.count)), otherCurrencies(sums)]
            .filter(Boolean)
            .join(' '),
    href: listHref(
      paths.invoices,
      changeParams('', { status: chargedStatuses.join(','), ...words, org: orgs.join(',') }),
    ),
  };
}

export function unbilledKpi(figure: ListFigure, { orgs, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  const worth = [sums.length > 0 ? formatSums(sums) : '', otherCurrencies(sums)].filter(Boolean).join(' ');
  return {
    id: 'unbilled',
    ...kpis.unbilled,
    value: formatCount(figure.count),
    count: figure.count,
    note: worth,
    goodDirection: 'down',
    href: listHref(paths.leads, changeParams('', { status: 'converted', billing: 'unbilled', org: orgs.join(',') })),
  };
}

export function overdueKpi(figure: ListFigure, { orgs, currency }: Told): Kpi {
  const sums = chosenFirst(figure.sums, currency);
  return {
    id: 'overdue',
    ...kpis.overdue,
    value: figure.count === 0 ? nothing : formatSums(sums),
    count: figure.count,
    note:
      figure.count === 0
        ? dashboard.nothingOwed
        : [dashboard.invoices(formatCount(figure.count)), otherCurrencies(sums)].filter(Boolean).join(' '),
    goodDirection: 'down',
    href: listHref(paths.dunning, changeParams('', { org: orgs.join(',') })),
  };
}

function chosenFirst(sums: readonly Money[], chosen: string | undefined): readonly Money[] {
  const own = sums.filter(({ currency }) => currency === chosen);
  return [...own, ...sums.filter(({ currency }) => currency !== chosen)];
}
