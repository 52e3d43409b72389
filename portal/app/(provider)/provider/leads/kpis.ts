import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies, spanOf } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { leadMetrics } from '../../../../metrics/revenue.ts';
import type { LeadFilters } from '../../../../services/provider/leads-list.ts';
import type { LeadsSummary } from '../../../../services/provider/leads.service.ts';

export function leadKpis(view: ListView<LeadFilters>, summary: LeadsSummary): readonly Kpi[] {
  const { open, unbilled, converted, medianMs } = summary;
  return [
    figureKpi(view, leadMetrics.open, open),
    figureKpi(view, leadMetrics.unbilled, unbilled, {
      note: [formatSums(unbilled.sums), otherCurrencies(unbilled.sums)].filter(Boolean).join(' '),
    }),
    conversionKpi(view, summary),
    figureKpi(view, leadMetrics.median, converted, {
      value: formatDuration(medianMs),
      note: leads.ofConverted(formatCount(converted.count)),
    }),
  ];
}

/** Compared with the time before once none of its leads may still convert; until then it says so. */
function conversionKpi(view: ListView<LeadFilters>, { received, within30d, within30dBefore }: LeadsSummary): Kpi {
  const note = leads.ofReceived(formatCount(within30d), formatCount(received.count));
  const kpi = figureKpi(view, leadMetrics.conversion, received, {
    value: formatShare(within30d, received.count),
    note: within30dBefore === undefined ? leads.stillOpen(note) : note,
  });
  if (within30dBefore === undefined || received.count === 0 || received.previous === 0) return kpi;
  return {
    ...kpi,
    change: {
      value: within30d / received.count,
      previous: within30dBefore / received.previous,
      previousText: formatShare(within30dBefore, received.previous),
      span: spanOf(view),
      in: 'points',
    },
  };
}
