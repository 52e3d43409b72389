import { Card } from '../../../../components/card.tsx';
import type { ChartProps } from '../../../../components/charts/chart-model.ts';
import { levelSummary } from '../../../../components/charts/chart-summary.ts';
import { LineChart } from '../../../../components/charts/line-chart.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { Waterfall } from '../../../../components/charts/waterfall.tsx';
import { moneyUnit, shareUnit } from '../../../../format/units.ts';
import { charts } from '../../../../messages/en-charts.ts';
import { planChanges, subscriptions } from '../../../../messages/en-subscriptions.ts';
import { subscriptionMetrics } from '../../../../metrics/revenue.ts';
import { movementKinds } from '../../../../services/provider/mrr.ts';
import type { SubscriptionCharts } from '../../../../services/provider/subscription-charts.ts';

const { chart } = subscriptions;
const losses: readonly string[] = ['contraction', 'churn'];

/** The MRR of a year, how it moved this month, and what is lost of it: three cards side by side. */
export function SubscriptionChartRow({ told }: { readonly told: SubscriptionCharts | undefined }) {
  if (!told) return null;
  const { currency, otherCurrencies, months, levels, levelsBefore, logoChurn, logoChurnBefore, netChurn } = told;
  const buckets = namedBuckets(months, 'month');
  const money = moneyUnit(currency);
  const shared = { bucketName: charts.monthUtc, buckets, isLastOpen: true } as const satisfies Partial<ChartProps>;
  return (
    <div className="grid grid-cols-1 gap-5 xl:grid-cols-3">
      <Card title={chart.mrr}>
        <div className="px-4 pb-3">
          <LineChart
            {...shared}
            summary={levelSummary({ what: chart.mrr, buckets, unit: money }, levels)}
            unit={money}
            apart={otherCurrencies}
            series={[{ name: subscriptionMetrics.mrr.label, color: 1, values: levels }]}
            previous={levelsBefore}
            isArea
            fileName={`mrr-${currency}`}
          />
        </div>
      </Card>
      <Card title={chart.movements}>
        <div className="px-4 pb-3">
          <Movements told={told} />
        </div>
      </Card>
      <Card title={otherCurrencies.length > 0 ? chart.churnIn(currency) : chart.churn}>
        <div className="px-4 pb-3">
          <LineChart
            {...shared}
            summary={levelSummary({ what: chart.logoChurn, buckets, unit: shareUnit }, logoChurn)}
            unit={shareUnit}
            series={[
              { name: chart.logoChurn, color: 1, values: logoChurn },
              { name: chart.netChurn, color: 2, values: netChurn },
            ]}
            previous={logoChurnBefore}
            previousOf={chart.logoChurn}
            fileName={`churn-${currency}`}
          />
        </div>
      </Card>
    </div>
  );
}

/** They add up to the minor unit: what there was, what each kind moved, what there is. */
function Movements({ told: { currency, movement } }: { readonly told: SubscriptionCharts }) {
  const { before, moved, now } = movement;
  const unit = moneyUnit(currency);
  return (
    <Waterfall
      summary={chart.movementsSummary(unit.format(before), unit.format(now))}
      steps={[
        { name: chart.before, value: before, isTotal: true },
        ...movementKinds.map((kind) => ({
          name: planChanges.kinds[kind],
          value: losses.includes(kind) ? -moved[kind] : moved[kind],
        })),
        { name: chart.now, value: now, isTotal: true },
      ]}
      unit={unit}
      fileName={`mrr-movements-${currency}`}
    />
  );
}
