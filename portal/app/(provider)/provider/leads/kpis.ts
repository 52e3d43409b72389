import { timesCompared, sharesCompared } from '../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../components/list/course.ts';
import { figureKpi, formatSums, otherCurrencies, shareKpi, spanOf } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { leadMetrics } from '../../../../metrics/revenue.ts';
import type { LeadsSummary } from '../../../../services/provider/lead-figures.service.ts';
import type { LeadFilters } from '../../../../services/provider/leads-list.ts';

export function leadKpis(view: ListView<LeadFilters>, summary: LeadsSummary): readonly Kpi[] {
  const { open, unbilled, courses } = summary;
  const fees = unbilled.sums.length > 0 ? formatSums(unbilled.sums) : unbilled.count > 0 ? leads.noFees : '';
  return [
    { ...figureKpi(view, leadMetrics.open, open), ...countCourse(courses?.byName.get('leads.open_net'), open.count) },
    {
      ...figureKpi(view, leadMetrics.unbilled, unbilled, {
        note: [fees, otherCurrencies(unbilled.sums)].filter(Boolean).join(' '),
      }),
      ...countCourse(courses?.byName.get('leads.unbilled_net'), unbilled.count),
    },
    conversionKpi(view, summary),
    medianKpi(view, summary),
  ];
}

/** Where some of its leads may still convert, the cell says so, and those before are told as they were at the same age. */
function conversionKpi(view: ListView<LeadFilters>, summary: LeadsSummary): Kpi {
  const { received, within30d, within30dBefore, isOpen } = summary;
  const note = leads.ofReceived(formatCount(within30d.count), formatCount(received.count));
  return {
    ...shareKpi(view, leadMetrics.conversion, within30d, received, isOpen ? leads.stillOpen(note) : note),
    change: sharesCompared(
      { part: within30d.count, whole: received.count },
      { part: within30dBefore, whole: received.previous },
      isOpen ? leads.atAge(spanOf(view)) : spanOf(view),
    ),
  };
}

function medianKpi(view: ListView<LeadFilters>, { converted, time }: LeadsSummary): Kpi {
  return {
    ...figureKpi(view, leadMetrics.median, converted, {
      value: formatDuration(time.medianMs),
      note: leads.ofConverted(formatCount(converted.count)),
    }),
    change: timesCompared(time.medianMs, time.beforeMs, spanOf(view)),
    parts: time.partsMs,
  };
}
