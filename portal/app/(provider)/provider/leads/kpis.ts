import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { leadMetrics } from '../../../../metrics/revenue.ts';
import type { LeadFilters } from '../../../../services/provider/leads-list.ts';
import type { LeadsSummary } from '../../../../services/provider/leads.service.ts';

export function leadKpis(view: ListView<LeadFilters>, summary: LeadsSummary): readonly Kpi[] {
  const { open, unbilled, received, converted, within30d, medianMs } = summary;
  return [
    figureKpi(view, leadMetrics.open, open),
    figureKpi(view, leadMetrics.unbilled, unbilled, {
      note: [formatSums(unbilled.sums), otherCurrencies(unbilled.sums)].filter(Boolean).join(' '),
    }),
    figureKpi(view, leadMetrics.conversion, received, {
      value: formatShare(within30d, received.count),
      note: leads.ofReceived(formatCount(within30d), formatCount(received.count)),
    }),
    figureKpi(view, leadMetrics.median, converted, {
      value: formatDuration(medianMs),
      note: leads.ofConverted(formatCount(converted.count)),
    }),
  ];
}
