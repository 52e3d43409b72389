import { CardSkeleton } from '../../../../components/card.tsx';
import { KpiSkeleton, KpiStrip } from '../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../components/page-head.tsx';
import { analytics } from '../../../../messages/en-analytics.ts';
import { analyticsMetrics } from '../../../../metrics/overview.ts';

export default function Loading() {
  const kpis = [
    analyticsMetrics.revenue,
    analyticsMetrics.perOrg,
    analyticsMetrics.conversion,
    analyticsMetrics.retention,
  ];
  return (
    <>
      <PageHead title={analytics.titles.trends} purpose={analytics.purpose} />
      <KpiStrip label={analytics.figures}>
        {kpis.map(({ label }) => (
          <KpiSkeleton key={label} label={label} />
        ))}
      </KpiStrip>
      <div className="card pt-4">
        <CardSkeleton />
      </div>
    </>
  );
}
