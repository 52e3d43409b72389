import { Card } from '../../../../components/card.tsx';
import type { ChartColor } from '../../../../components/charts/chart-model.ts';
import { flowSummary, totalsOf } from '../../../../components/charts/chart-summary.ts';
import { StackedBars } from '../../../../components/charts/stacked-bars.tsx';
import { namedBuckets } from '../../../../components/charts/time-buckets.ts';
import { moneyUnit } from '../../../../format/units.ts';
import { charts } from '../../../../messages/en-charts.ts';
import type { PartsOverTime } from '../../../../services/provider/part-series.ts';

const colors: readonly ChartColor[] = [1, 2, 3, 4, 5, 6];

/** Of the currency that most purchases are in; the others are named. */
export function AddonsChart({ told: { buckets: months, series, before } }: { readonly told: PartsOverTime }) {
  const currencies = [...new Set(series.map(({ currency }) => currency))];
  const [currency, ...others] = currencies;
  if (currency === undefined) return null;
  const buckets = namedBuckets(months, 'month');
  const unit = moneyUnit(currency);
  const shown = series
    .filter((one) => one.currency === currency)
    .map(({ part, amounts }, at) => ({ name: part ?? charts.others, color: colors[at] ?? 6, values: amounts }));
  return (
    <Card title={charts.addonsByMonth}>
      <div className="px-4 pb-3">
        <StackedBars
          summary={flowSummary({ what: charts.addonsByMonth, buckets, unit }, totalsOf(shown))}
          bucketName={charts.monthUtc}
          buckets={buckets}
          unit={unit}
          apart={others}
          series={shown}
          previous={before.find((one) => one.currency === currency)?.amounts}
          isLastOpen
          fileName={`addons-by-sku-${currency}`}
        />
      </div>
    </Card>
  );
}
