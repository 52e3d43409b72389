import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../../components/card.tsx';
import { part } from '../../../../../components/part.tsx';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { paths } from '../../../../../paths.ts';
import { readLeadFunnel } from '../../../../../services/provider/analytics-shapes.service.ts';
import { readAnalyticsView } from '../analytics-view.ts';
import { ComparisonChoice, OpenChoice } from '../choices.tsx';
import { analyticsFilters } from '../filters.ts';
import { AnalyticsFrame, NoHistory } from '../frame.tsx';
import { LeadFunnel, SourceTable } from './lead-funnel.tsx';

export const metadata: Metadata = { title: analytics.titles.funnel };

const daysToClose = 31;

export default async function Funnel({ searchParams }: PageProps<'/provider/analytics/funnel'>) {
  const staff = await requireAccess('analytics');
  const view = await readAnalyticsView(paths.analyticsFunnel, searchParams);
  const [filters, funnel] = await Promise.all([
    analyticsFilters(staff, view.query, ['source', 'plan', 'org']),
    part(readLeadFunnel(staff, view.query, view.at), <CardSkeleton />, (told) =>
      (told.all[0]?.count ?? 0) === 0 ? (
        <NoHistory view={view} days={daysToClose} />
      ) : (
        <>
          <Card title={analytics.funnel.title}>
            <LeadFunnel told={told} hasOpen={view.query.filters.hasOpen} />
          </Card>
          <Card title={analytics.funnel.bySource}>
            <SourceTable told={told} />
          </Card>
        </>
      ),
    ),
  ]);
  return (
    <AnalyticsFrame
      staff={staff}
      view={view}
      filters={filters}
      choices={
        <>
          <OpenChoice view={view} />
          <ComparisonChoice view={view} />
        </>
      }
    >
      {funnel}
    </AnalyticsFrame>
  );
}
