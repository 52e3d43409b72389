import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { paths } from '../../../../../paths.ts';
import { readMix } from '../../../../../services/provider/analytics-shapes.service.ts';
import { readAnalyticsView } from '../analytics-view.ts';
import { ComparisonChoice, CurrencyChoice } from '../choices.tsx';
import { analyticsFilters } from '../filters.ts';
import { Failed, tried } from '../../../../../server/tried.ts';
import { AnalyticsFrame, FailedShape, NoHistory } from '../frame.tsx';
import { MixCards } from './mix-cards.tsx';

export const metadata: Metadata = { title: analytics.titles.mix };

export default async function Mix({ searchParams }: PageProps<'/provider/analytics/mix'>) {
  const staff = await requireAccess('analytics');
  const view = await readAnalyticsView(paths.analyticsMix, searchParams);
  const [filters, told] = await Promise.all([
    analyticsFilters(staff, view.query, ['stream', 'plan', 'org']),
    tried(readMix(staff, view.query, view.at)),
  ]);
  if (told instanceof Failed)
    return <FailedShape staff={staff} view={view} filters={filters} choices={undefined} failed={told} />;
  return (
    <AnalyticsFrame
      staff={staff}
      view={view}
      filters={filters}
      choices={
        <>
          {told.amounts && <ComparisonChoice view={view} />}
          <CurrencyChoice view={view} current={told.currency} others={told.otherCurrencies} />
        </>
      }
    >
      {told.currency === undefined ? (
        <NoHistory view={view} days={1} />
      ) : (
        <MixCards told={told} currency={told.currency} />
      )}
    </AnalyticsFrame>
  );
}
