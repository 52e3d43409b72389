import { Card } from '../../../../components/card.tsx';
import { flowSummary } from '../../../../components/charts/chart-summary.ts';
import { LineChart } from '../../../../components/charts/line-chart.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { formatCount } from '../../../../format/numbers.ts';
import { creditsUnit } from '../../../../format/units.ts';
import { charts } from '../../../../messages/en-charts.ts';
import type { MeterDays } from '../../../../services/provider/list-charts.service.ts';

/** A card each: quantities of different meters are not compared. What is unusual is drawn, and left to staff to judge. */
export function UsageCharts({ told }: { readonly told: readonly MeterDays[] }) {
  if (told.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-5 xl:auto-cols-fr xl:grid-flow-col xl:grid-cols-none">
      {told.map((meter) => (
        <MeterCard key={meter.meter ?? ''} told={meter} />
      ))}
    </div>
  );
}

function MeterCard({ told: { meter, days, quantities, before, usual, unusual } }: { readonly told: MeterDays }) {
  const title = charts.usageByDay(meter ?? charts.others);
  const buckets = namedBuckets(days, 'day');
  const flow = flowSummary({ what: title, buckets, unit: creditsUnit }, quantities);
  return (
    <Card title={title}>
      <div className="px-4 pb-3">
        <LineChart
          summary={`${flow} ${charts.unusualDays(formatCount(unusual.length))}`}
          bucketName={charts.dayUtc}
          buckets={buckets}
          unit={creditsUnit}
          series={[{ name: charts.quantity, color: 1, values: quantities }]}
          previous={before}
          usual={{
            name: charts.usual,
            ranges: usual.map((range) => range && { from: Math.max(0, range.from), until: range.until }),
            unusualName: charts.unusual,
            unusual,
          }}
          isLastOpen
          fileName={`usage-by-day-${meter ?? charts.others}`}
        />
      </div>
    </Card>
  );
}
