import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { everConverted, notConverted } from '../../../../services/provider/leads-list.ts';
import type { LeadFilters } from '../../../../services/provider/leads-list.ts';
import type { LeadsSummary } from '../../../../services/provider/leads.service.ts';

export function leadKpis(view: ListView<LeadFilters>, summary: LeadsSummary): readonly Kpi[] {
  const { open, unbilled, received, converted, within30d, medianMs } = summary;
  const { kpis } = leads;
  return [
    figureKpi(view, {
      id: 'open',
      copy: kpis.open,
      figure: open,
      changes: { status: notConverted.join(','), billing: undefined },
      isWindowed: false,
    }),
    figureKpi(view, {
      id: 'unbilled',
      copy: kpis.unbilled,
      figure: unbilled,
      changes: { status: 'converted', billing: 'unbilled' },
      isWindowed: false,
      note: [formatSums(unbilled.sums), otherCurrencies(unbilled.sums)].filter(Boolean).join(' '),
    }),
    {
      ...figureKpi(view, {
        id: 'conversion',
        copy: kpis.conversion,
        figure: received,
        changes: { status: undefined, billing: undefined },
        isWindowed: true,
        note: leads.ofReceived(formatCount(within30d), formatCount(received.count)),
      }),
      value: formatShare(within30d, received.count),
      change: undefined,
    },
    {
      ...figureKpi(view, {
        id: 'median',
        copy: kpis.median,
        figure: converted,
        changes: { status: everConverted.join(','), billing: undefined },
        isWindowed: true,
        note: leads.ofConverted(formatCount(converted.count)),
      }),
      value: formatDuration(medianMs),
      change: undefined,
    },
  ];
}
