import type { Metadata } from 'next';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { trends } from '../../../../metrics/trends.ts';
import { paths } from '../../../../paths.ts';
import { readTrends } from '../../../../services/provider/analytics.service.ts';
import { readAnalyticsView } from './analytics-view.ts';
import { ComparisonChoice, CurrencyChoice, IntervalChoice } from './choices.tsx';
import { analyticsFilters } from './filters.ts';
import { Failed, tried } from '../../../../server/tried.ts';
import { AnalyticsFrame, FailedShape, NoHistory } from './frame.tsx';
import { TrendCard } from './trend-card.tsx';

export const metadata: Metadata = { title: analytics.titles.trends };

export default async function Trends({ searchParams }: PageProps<'/provider/analytics'>) {
  const staff = await requireAccess('analytics');
  const view = await readAnalyticsView(paths.analytics, searchParams);
  const [told, filters] = await Promise.all([
    tried(readTrends(staff, view.query, view.at)),
    analyticsFilters(staff, view.query, ['metric', 'stream', 'source', 'plan', 'org']),
  ]);
  if (told instanceof Failed) {
    const choices = <ComparisonChoice view={view} />;
    return <FailedShape staff={staff} view={view} filters={filters} choices={choices} failed={told} />;
  }
  const money = told.trends.find(
    ({ series, otherCurrencies }) => series.currency !== 'XXX' || otherCurrencies.length > 0,
  );
  return (
    <AnalyticsFrame
      staff={staff}
      view={view}
      filters={filters}
      notice={
        told.leftOut.length > 0 ? analytics.leftOut(told.leftOut.map((id) => trends[id].label).join(', ')) : undefined
      }
      choices={
        <>
          <IntervalChoice view={view} current={told.interval} />
          <ComparisonChoice view={view} />
          <CurrencyChoice view={view} current={money?.series.currency} others={money?.otherCurrencies ?? []} />
        </>
      }
    >
      {told.hasHistory ? (
        told.trends.map((trend) => <TrendCard key={trend.id} trend={trend} span={told} />)
      ) : (
        <NoHistory view={view} days={1} />
      )}
    </AnalyticsFrame>
  );
}
