import { Card } from '../../../../components/card.tsx';
import { flowSummary, levelSummary } from '../../../../components/charts/chart-summary.ts';
import { LineChart } from '../../../../components/charts/line-chart.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { countUnit, creditsUnit, moneyUnit, shareUnit } from '../../../../format/units.ts';
import type { Unit } from '../../../../format/units.ts';
import { charts } from '../../../../messages/en-charts.ts';
import { trends } from '../../../../metrics/trends.ts';
import type { Trend, Trends } from '../../../../services/provider/analytics.service.ts';

const bucketNames = { day: charts.dayUtc, week: charts.weekUtc, month: charts.monthUtc } as const;
const height = 220;

/** A figure by itself, since figures of different units are not compared: the span before is dashed. */
export function TrendCard({ trend, span }: { readonly trend: Trend; readonly span: Trends }) {
  const { id, series, previous, otherCurrencies } = trend;
  const metric = trends[id];
  const buckets = namedBuckets(span.buckets, span.interval);
  const unit = unitOf(metric.unit, series.currency);
  const told = { what: metric.label, buckets, unit };
  const isFlow = metric.query.kind === 'sum';
  const values = series.values.map((value) => value ?? 0);
  return (
    <Card title={metric.label}>
      <div className="px-4 pb-3">
        <LineChart
          summary={isFlow ? flowSummary(told, values) : levelSummary(told, series.values)}
          bucketName={bucketNames[span.interval]}
          buckets={buckets}
          unit={unit}
          apart={otherCurrencies}
          series={[{ name: metric.label, color: 1, values: series.values }]}
          previous={previous}
          isArea={!previous}
          isLastOpen={span.isLastOpen}
          height={height}
          fileName={`${id}-by-${span.interval}`}
        />
      </div>
    </Card>
  );
}

function unitOf(unit: (typeof trends)[Trend['id']]['unit'], currency: string): Unit {
  switch (unit) {
    case 'count':
      return countUnit;
    case 'credits':
      return creditsUnit;
    case 'share':
      return shareUnit;
    case 'money':
      return moneyUnit(currency);
  }
}
