import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import type { Staff } from '../../../../../auth/session.ts';
import { Card } from '../../../../../components/card.tsx';
import { CohortGrid } from '../../../../../components/charts/cohort-grid.tsx';
import { part } from '../../../../../components/part.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { formatCount, formatMoney, formatPercent } from '../../../../../format/numbers.ts';
import { formatInstant } from '../../../../../format/times.ts';
import { startOfUtcDay } from '../../../../../lists/buckets.ts';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { paths } from '../../../../../paths.ts';
import { readCohortGrid } from '../../../../../services/provider/analytics-shapes.service.ts';
import type { CohortsTold, CohortTold } from '../../../../../services/provider/analytics-shapes.service.ts';
import { readRetentionCourse } from '../../../../../services/provider/retention.service.ts';
import { readAnalyticsView } from '../analytics-view.ts';
import type { AnalyticsView } from '../analytics-view.ts';
import { CurrencyChoice, MeasureChoice } from '../choices.tsx';
import { analyticsFilters } from '../filters.ts';
import { Failed, tried } from '../../../../../server/tried.ts';
import { Retention } from './retention.tsx';
import { AnalyticsFrame, FailedShape, NoHistory } from '../frame.tsx';

export const metadata: Metadata = { title: analytics.titles.cohorts };

const daysToClose = 31;

export default async function Cohorts({ searchParams }: PageProps<'/provider/analytics/cohorts'>) {
  const staff = await requireAccess('analytics');
  const view = await readAnalyticsView(paths.analyticsCohorts, searchParams);
  const [filters, told] = await Promise.all([
    analyticsFilters(staff, view.query, ['plan', 'org']),
    tried(readCohortGrid(staff, view.query, view.at)),
  ]);
  const hasMoney = can(staff, 'analytics', 'money');
  const measure = hasMoney && <MeasureChoice view={view} />;
  if (told instanceof Failed)
    return <FailedShape staff={staff} view={view} filters={filters} choices={measure} failed={told} />;
  const retention = told.currency !== undefined && (await retentionOf(staff, view, told.currency));
  const isMoney = hasMoney && view.query.filters.measure === 'money';
  return (
    <AnalyticsFrame
      staff={staff}
      view={view}
      filters={filters}
      choices={
        <>
          {measure}
          <CurrencyChoice view={view} current={told.currency} others={told.otherCurrencies} />
        </>
      }
    >
      {told.currency === undefined ? (
        <NoHistory view={view} days={daysToClose} />
      ) : (
        <>
          <Card title={analytics.cohorts.title(told.currency)}>
            <Grid told={told} currency={told.currency} isMoney={isMoney} />
          </Card>
          <SectionBoundary label={analytics.retention.title(told.currency)}>{retention}</SectionBoundary>
        </>
      )}
    </AnalyticsFrame>
  );
}

function retentionOf(staff: Staff, { query, at }: AnalyticsView, currency: string) {
  return part(
    readRetentionCourse(staff, query, currency, at),
    null,
    (course) =>
      course && (
        <Card title={analytics.retention.title(currency)}>
          <Retention told={course} currency={currency} />
        </Card>
      ),
  );
}

interface GridProps {
  readonly told: CohortsTold;
  readonly currency: string;
  readonly isMoney: boolean;
}

function Grid({ told: { rows }, currency, isMoney }: GridProps) {
  const { cohorts } = analytics;
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.findLastIndex((cell) => cell !== undefined) + 1));
  const cellOf = (cell: CohortTold | undefined) => {
    if (!cell) return undefined;
    const title = cohorts.cell(formatCount(cell.orgs), formatPercent(cell.share));
    return isMoney
      ? { text: formatMoney(cell.mrrMinor ?? 0n, undefined), share: cell.mrrShare ?? 0, title }
      : { text: formatPercent(cell.share), share: cell.share, title };
  };
  return (
    <div className="px-4 pb-3">
      <CohortGrid
        summary={cohorts.summary(formatCount(rows.length))}
        head={cohorts.head}
        sizeHead={cohorts.size}
        columns={Array.from({ length: columns }, (_, at) => cohorts.month(at))}
        rows={rows.map(({ month, orgs, cells }) => ({
          name: formatInstant(startOfUtcDay(`${month}-01`), 'UTC', 'month'),
          size: formatCount(orgs),
          cells: cells.slice(0, columns).map(cellOf),
        }))}
        fileName={`cohorts-${currency}`}
      />
      <p className="mt-1 text-caption text-fg-3">{cohorts.hint}</p>
    </div>
  );
}
