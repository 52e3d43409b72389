import { CardSkeleton } from '../../../../components/card.tsx';
import { KpiSkeleton, KpiStrip } from '../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../components/page-head.tsx';
import { analytics } from '../../../../messages/en-analytics.ts';
import { metricCopy } from '../../../../messages/en-metrics.ts';

export default function Loading() {
  const kpis = [metricCopy.revenue, metricCopy.perOrg, metricCopy.conversion, metricCopy.retention];
  return (
    <>
      <PageHead title={analytics.title} purpose={analytics.purpose} />
      <KpiStrip label={analytics.figures}>
        {kpis.map(({ label }) => (
          <KpiSkeleton key={label} label={label} />
        ))}
      </KpiStrip>
      <div className="card">
        <CardSkeleton />
      </div>
    </>
  );
}
