import { levelSummary } from '../../../../../components/charts/chart-summary.ts';
import { LineChart } from '../../../../../components/charts/line-chart.tsx';
import { namedBuckets } from '../../../../../components/charts/time-buckets.ts';
import { shareUnit } from '../../../../../format/units.ts';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { charts } from '../../../../../messages/en-charts.ts';
import type { RetentionCourse } from '../../../../../services/provider/retention.service.ts';

const { retention } = analytics;

/** How much stays of what there was a year before, month by month. */
export function Retention({ told, currency }: { readonly told: RetentionCourse; readonly currency: string }) {
  const { months, net, gross } = told;
  const buckets = namedBuckets(months, 'month');
  return (
    <div className="px-4 pb-3">
      <LineChart
        bucketName={charts.monthUtc}
        buckets={buckets}
        isLastOpen
        summary={levelSummary({ what: retention.net, buckets, unit: shareUnit }, net)}
        unit={shareUnit}
        series={[
          { name: retention.net, color: 1, values: net },
          { name: retention.gross, color: 2, values: gross },
        ]}
        fileName={`retention-${currency}`}
      />
      <p className="mt-1 text-caption text-fg-3">{retention.hint}</p>
    </div>
  );
}
