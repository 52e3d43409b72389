import Link from 'next/link';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { Choice } from '../../../../components/filters/choice.tsx';
import { KpiStrip, kpiPart } from '../../../../components/kpi/kpi-strip.tsx';
import { part } from '../../../../components/part.tsx';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { presetWindow } from '../../../../lists/windows.ts';
import { charts } from '../../../../messages/en-charts.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import { readMix } from '../../../../services/provider/analytics-shapes.service.ts';
import { summarizeBilling } from '../../../../services/provider/billing.service.ts';
import {
  readInvoicedThisMonth,
  readMrrLevel,
  readOrgsByRevenue,
} from '../../../../services/provider/dashboard.service.ts';
import { AmountsCard } from '../analytics/mix/mix-cards.tsx';
import { analyticsQueryOf } from './dashboard-view.ts';
import type { DashboardView } from './dashboard-view.ts';
import { invoicedKpi, mrrKpi, overdueKpi, unbilledKpi } from './money-kpis.ts';
import { OrgsTable } from './orgs-table.tsx';

const { kpis } = dashboard;

export async function MoneyStrip({ staff, query, preferences, at }: DashboardView) {
  const { orgs, currency } = query.filters;
  const told = { orgs, currency, at, zone: preferences.zone };
  const billing = summarizeBilling(staff, orgs, presetWindow('mtd', at, 'UTC'));
  const cells = await Promise.all([
    kpiPart(
      kpis.mrr.label,
      readMrrLevel(staff, { orgs, currency }, at).then((level) => mrrKpi(level, told)),
    ),
    kpiPart(
      kpis.invoiced.label,
      readInvoicedThisMonth(staff, orgs, at).then((figure) => invoicedKpi(figure, told)),
    ),
    kpiPart(
      kpis.unbilled.label,
      billing.then(({ unbilled }) => unbilledKpi(unbilled, told)),
    ),
    kpiPart(
      kpis.overdue.label,
      billing.then(({ overdue }) => overdueKpi(overdue, told)),
    ),
  ]);
  return <KpiStrip label={dashboard.money}>{cells}</KpiStrip>;
}

/** Twelve months of one currency, and the organisations that make this one. */
export async function RevenueByStream(view: DashboardView) {
  return part(readMix(view.staff, analyticsQueryOf(view), view.at), <CardSkeleton />, (told) => {
    if (told.currency === undefined || !told.amounts) return null;
    return (
      <AmountsCard
        bucketName={charts.monthUtc}
        buckets={namedBuckets(told.months, 'month')}
        isLastOpen
        amounts={told.amounts}
        currency={told.currency}
        apart={told.otherCurrencies}
      />
    );
  });
}

export async function OrgsByRevenue(view: DashboardView) {
  const { staff, query, at } = view;
  const read = readMix(staff, analyticsQueryOf(view), at).then(async ({ currency, otherCurrencies }) => ({
    currency,
    otherCurrencies,
    rows: currency ? await readOrgsByRevenue(staff, { orgs: query.filters.orgs, currency }, at) : [],
  }));
  const table = await part(read, <CardSkeleton />, ({ rows, currency, otherCurrencies }) => (
    <>
      {currency && otherCurrencies.length > 0 && (
        <div className="px-4 pb-2">
          <Choice
            label={dashboard.currency}
            options={[currency, ...otherCurrencies].toSorted().map((one) => ({
              label: one,
              href: listHref(paths.home, changeParams(query.params, { currency: one })),
              isChosen: one === currency,
            }))}
          />
        </div>
      )}
      <OrgsTable rows={rows} currency={currency ?? ''} />
    </>
  ));
  return (
    <Card
      title={dashboard.orgs}
      aside={
        <Link href={paths.analyticsMix} className="text-fg-2 hover:text-fg hover:underline">
          {dashboard.orgsMore}
        </Link>
      }
    >
      {table}
    </Card>
  );
}
