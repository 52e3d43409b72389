import { leadStatuses } from '#domain/billing/lead-moves';
import { Card } from '../../../../components/card.tsx';
import type { ChartColor } from '../../../../components/charts/chart-model.ts';
import { flowSummary, totalsOf } from '../../../../components/charts/chart-summary.ts';
import { StackedBars } from '../../../../components/charts/stacked-bars.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { countUnit } from '../../../../format/units.ts';
import { charts } from '../../../../messages/en-charts.ts';
import { leads } from '../../../../messages/en-leads.ts';
import type { PartsOverTime } from '../../../../services/provider/part-series.ts';

const colors: readonly ChartColor[] = [1, 2, 3, 4, 5, 6];

/** In the order of the statuses, each with the colour that it always has. */
export function LeadsChart({ told: { buckets: days, series, before } }: { readonly told: PartsOverTime }) {
  const buckets = namedBuckets(days, 'day');
  const shown = leadStatuses.flatMap((status, at) => {
    const found = series.find(({ part }) => part === status);
    // Figures of days do not tell which of the converted are billed.
    const name = status === 'converted' ? leads.everConverted : leads.statuses[status];
    return found ? [{ name, color: colors[at] ?? 6, values: found.counts.map(Number) }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <Card title={charts.leadsByDay}>
      <div className="px-4 pb-3">
        <StackedBars
          summary={flowSummary({ what: charts.leadsByDay, buckets, unit: countUnit }, totalsOf(shown))}
          bucketName={charts.dayUtc}
          buckets={buckets}
          unit={countUnit}
          series={shown}
          previous={before[0]?.counts.map(Number)}
          isLastOpen
          fileName="leads-by-day"
        />
      </div>
    </Card>
  );
}
