import { streams } from '#domain/billing/streams';
import type { BilledStream } from '#domain/billing/streams';
import { Card } from '../../../../../components/card.tsx';
import type { ChartColor } from '../../../../../components/charts/chart-model.ts';
import { flowSummary, totalsOf } from '../../../../../components/charts/chart-summary.ts';
import { StackedBars } from '../../../../../components/charts/stacked-bars.tsx';
import { namedBuckets } from '../../../../../components/charts/time-buckets.ts';
import { moneyUnit, shareUnit } from '../../../../../format/units.ts';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { charts } from '../../../../../messages/en-charts.ts';
import type { MixTold } from '../../../../../services/provider/analytics-shapes.service.ts';

const colors = { leads: 1, subscriptions: 2, usage: 3, addons: 4, ai: 5 } as const satisfies Record<
  BilledStream,
  ChartColor
>;

/** Revenue by stream: what it comes to, for whoever may see it, and the share of each stream. */
export function MixCards({ told, currency }: { readonly told: MixTold; readonly currency: string }) {
  const { months, amounts, shares } = told;
  const buckets = namedBuckets(months, 'month');
  const shared = { bucketName: charts.monthUtc, buckets, isLastOpen: told.isLastOpen };
  const { mix } = analytics;
  return (
    <>
      {amounts && (
        <AmountsCard
          {...shared}
          amounts={amounts}
          previous={told.amountsBefore}
          currency={currency}
          apart={told.otherCurrencies}
        />
      )}
      <Card title={mix.share}>
        <div className="px-4 pb-3">
          <StackedBars
            {...shared}
            summary={mix.shareSummary}
            unit={shareUnit}
            series={streams.map((stream) => ({
              name: analytics.streams[stream],
              color: colors[stream],
              values: shares[stream],
            }))}
            fileName={`revenue-shares-${currency}`}
          />
        </div>
      </Card>
    </>
  );
}

interface AmountsProps {
  readonly bucketName: string;
  readonly buckets: ReturnType<typeof namedBuckets>;
  readonly isLastOpen: boolean;
  readonly amounts: Readonly<Record<BilledStream, readonly bigint[]>>;
  readonly previous: readonly bigint[] | undefined;
  readonly currency: string;
  readonly apart: readonly string[];
  readonly height?: number;
}

/** Also on the dashboard. */
export function AmountsCard({ amounts, currency, ...shared }: AmountsProps) {
  const unit = moneyUnit(currency);
  const title = analytics.mix.absolute;
  const series = streams.map((stream) => ({
    name: analytics.streams[stream],
    color: colors[stream],
    values: amounts[stream],
  }));
  return (
    <Card title={title}>
      <div className="px-4 pb-3">
        <StackedBars
          {...shared}
          summary={flowSummary({ what: title, buckets: shared.buckets, unit }, totalsOf(series))}
          unit={unit}
          series={series}
          fileName={`revenue-by-stream-${currency}`}
        />
      </div>
    </Card>
  );
}
