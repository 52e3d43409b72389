import { StackedBars } from '../../../../components/charts/stacked-bars.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { countUnit } from '../../../../format/units.ts';
import { formatInstant, zonedHead } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { summaryParts } from '../../../../services/provider/delivery-figures.ts';
import type { DeliveriesSummary } from '../../../../services/provider/federation.service.ts';

interface RequestsByHourProps {
  readonly summary: DeliveriesSummary;
  readonly zone: string;
}

const labelEvery = 4;

export function RequestsByHour({ summary, zone }: RequestsByHourProps) {
  const { applied, rejected, waiting, refused, accepted, window, partMs } = summary;
  const buckets = accepted.parts.map((_, i) => {
    const from = window.from + i * partMs;
    const hours = summaryParts - i;
    return {
      label: hours % labelEvery === 0 ? messages.dashboard.hoursAgo(hours) : undefined,
      span: `${formatInstant(from, zone, 'minute')} – ${formatInstant(from + partMs, zone, 'clock')}`,
    };
  });
  const { results } = messages.deliveries;
  return (
    <div className="px-4 pb-3">
      <StackedBars
        summary={messages.dashboard.byHourSummary(formatCount(accepted.value), formatCount(refused.value))}
        bucketName={zonedHead(messages.dashboard.hour, zone, window.to)}
        buckets={buckets}
        unit={countUnit}
        fileName="requests-by-hour"
        series={[
          { name: results.applied, color: 1, values: applied.parts },
          { name: results.rejected, color: 2, values: rejected.parts },
          { name: results.refused, color: 3, values: refused.parts },
          { name: messages.deliveries.waitingName, color: 4, values: waiting.parts },
        ]}
        previous={accepted.previousParts.map((value, at) => value + (refused.previousParts[at] ?? 0))}
      />
    </div>
  );
}
