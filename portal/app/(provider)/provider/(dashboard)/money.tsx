import { NearLink } from '../../../../components/near-link.tsx';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { Choice } from '../../../../components/filters/choice.tsx';
import { KpiStrip, kpiPart } from '../../../../components/kpi/kpi-strip.tsx';
import { part } from '../../../../components/part.tsx';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { charts } from '../../../../messages/en-charts.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { dashboardMetrics } from '../../../../metrics/overview.ts';
import { paths } from '../../../../paths.ts';
import type { MixTold } from '../../../../services/provider/analytics-shapes.service.ts';
import { readOverdue, readUnbilled } from '../../../../services/provider/billing.service.ts';
import { readInvoiced, readMoneyCourses, readOrgsByRevenue } from '../../../../services/provider/dashboard.service.ts';
import { AmountsCard } from '../analytics/mix/mix-cards.tsx';
import { windowedBy } from './dashboard-view.ts';
import type { DashboardView } from './dashboard-view.ts';
import { invoicedKpi, mrrKpi, overdueKpi, unbilledKpi } from './money-kpis.ts';
import { OrgsTable } from './orgs-table.tsx';

/** As high as the list beside it with all that it may hold. */
const chartHeight = 298;

/** Each figure begins with the currency that the page shows. */
export async function MoneyStrip(view: MoneyView) {
  const { staff, query, preferences, at } = view;
  const { orgs, currency: asked } = query.filters;
  const invoiced = windowedBy(view, 'mtd');
  const told = view.mix
    .then(
      ({ currency }) => currency,
      () => asked,
    )
    .then((currency) => ({ scope: invoiced.scope, currency, at, zone: preferences.zone }));
  const courses = readMoneyCourses(staff, orgs, at);
  const cells = await Promise.all([
    kpiPart(
      dashboardMetrics.mrr.label,
      courses.then(async (read) => mrrKpi(read, await told)),
    ),
    kpiPart(
      dashboardMetrics.invoiced.label,
      readInvoiced(staff, orgs, invoiced.window).then(async (figure) => invoicedKpi(figure, invoiced, await told)),
    ),
    kpiPart(
      dashboardMetrics.unbilled.label,
      readUnbilled(staff, orgs).then(async (unbilled) => unbilledKpi(unbilled, await courses, await told)),
    ),
    kpiPart(
      dashboardMetrics.overdue.label,
      readOverdue(staff, orgs).then(async (overdue) => overdueKpi(overdue, await courses, await told)),
    ),
  ]);
  return <KpiStrip label={dashboard.money}>{cells}</KpiStrip>;
}

/** For whoever sees money. */
export interface MoneyView extends DashboardView {
  readonly mix: Promise<MixTold>;
}

/** Which currency is shown where only one can be; nothing where there is one alone. */
export async function CurrencyChoice({ query, mix }: Pick<MoneyView, 'query' | 'mix'>) {
  // Where it cannot be read, the revenue below says so, and the page stands.
  const told = mix.catch(() => undefined);
  return part(told, null, (read) => {
    const { currency, otherCurrencies = [] } = read ?? {};
    if (currency === undefined || otherCurrencies.length === 0) return null;
    const options = [currency, ...otherCurrencies].toSorted().map((one) => ({
      label: one,
      href: listHref(paths.home, changeParams(query.params, { currency: one })),
      isChosen: one === currency,
    }));
    return <Choice label={dashboard.currency} options={options} />;
  });
}

/** Twelve months of one currency, and the organisations that make this one. */
export async function RevenueByStream({ mix }: MoneyView) {
  return part(mix, <CardSkeleton />, (told) => {
    if (told.currency === undefined || !told.amounts)
      return (
        <Card title={analytics.mix.absolute}>
          <p className="px-4 pb-4 text-fg-2">{dashboard.noRevenue}</p>
        </Card>
      );
    return (
      <AmountsCard
        bucketName={charts.monthUtc}
        buckets={namedBuckets(told.months, 'month')}
        isLastOpen
        amounts={told.amounts}
        previous={told.amountsBefore}
        currency={told.currency}
        apart={told.otherCurrencies}
        height={chartHeight}
      />
    );
  });
}

export async function OrgsByRevenue({ staff, query, at, mix }: MoneyView) {
  const read = mix.then(async ({ currency }) => ({
    currency,
    rows: currency ? await readOrgsByRevenue(staff, { orgs: query.filters.orgs, currency }, at) : [],
  }));
  const table = await part(read, <CardSkeleton />, ({ rows, currency }) => (
    <OrgsTable rows={rows} currency={currency ?? ''} />
  ));
  return (
    <Card
      title={dashboard.orgs}
      aside={
        <NearLink href={paths.analyticsMix} className="text-fg-2 hover:text-fg hover:underline">
          {dashboard.orgsMore}
        </NearLink>
      }
    >
      {table}
    </Card>
  );
}
