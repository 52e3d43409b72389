import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import { countCourse, moneyCourse } from '../../../../components/list/course.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney } from '../../../../format/numbers.ts';
import { billing } from '../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../metrics/billing.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import type { BillingSummary } from '../../../../services/provider/billing.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';
import type { Money } from '../../../../services/provider/money-sums.ts';

/** The figures above every tab, each linked to the list of the section that it counts. */
export function billingKpis(view: Pick<ListView<unknown>, 'params' | 'windowed' | 'span'>, summary: BillingSummary) {
  const { invoiced, collected, outstanding, overdue, gaps, unbilled, courses } = summary;
  const cell = (metric: Metric, figure: ListFigure, note: string): Kpi => figureKpi(view, metric, figure, { note });
  const differing = facts(otherCurrencies(gaps.sums), billing.cellsDiffer(formatCount(gaps.count)));
  const paid = facts(otherCurrencies(collected.sums), billing.paymentsCounted(formatCount(collected.count)));
  return [
    { ...cell(billingMetrics.invoiced, invoiced, otherCurrencies(invoiced.sums)), detail: streamsText(summary) },
    cell(billingMetrics.collected, collected, paid),
    {
      ...cell(billingMetrics.outstanding, outstanding, outstandingNote(outstanding, overdue)),
      ...moneyCourse(courses.outstanding, outstanding.sums[0]),
    },
    {
      ...cell(billingMetrics.gaps, gaps, gaps.count === 0 ? billing.allReconcile : differing),
      ...moneyCourse(courses.gaps, gaps.sums[0]),
    },
    {
      ...cell(billingMetrics.unbilled, unbilled, unbilledNote(unbilled)),
      ...countCourse(courses.unbilled, unbilled.count),
    },
  ];
}

function unbilledNote({ count, sums }: ListFigure): string {
  if (count === 0) return '';
  return sums.length === 0 ? billing.noFees : [formatSums(sums), otherCurrencies(sums)].filter(Boolean).join(' ');
}

/** The main currency by stream. */
function streamsText({ invoiced, byStream }: BillingSummary): string | undefined {
  const main = invoiced.sums[0]?.currency;
  const parts = byStream
    .filter(({ currency, minor }) => currency === main && minor !== 0n)
    .map(
      ({ stream, minor }) =>
        `${stream === 'credit' ? billing.creditStream : billing.streams[stream]} ${bare(minor, main)}`,
    );
  return main === undefined || parts.length === 0 ? undefined : billing.byStream(main, parts.join(', '));
}

function outstandingNote(outstanding: ListFigure, overdue: ListFigure): string {
  const main = outstanding.sums[0]?.currency;
  const due = overdue.sums.find(({ currency }: Money) => currency === main);
  const late = due ? billing.ofWhichOverdue(formatMoney(due.minor, main)) : billing.nothingOverdue;
  return facts(otherCurrencies(outstanding.sums), late);
}

/** The amount without the code that the figure above it has. */
function bare(minor: bigint, currency: string | undefined): string {
  return formatMoney(minor, currency).replace(` ${currency ?? ''}`, '');
}
