import { minuteMs } from '#domain/instants';
import { countsCompared } from '../../../../components/kpi/compared.ts';
import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse, moneyCourse, shareCourse } from '../../../../components/list/course.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, nothing } from '../../../../format/numbers.ts';
import { messages } from '../../../../messages/en.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { usageMetrics } from '../../../../metrics/usage.ts';
import type { UsageFilters } from '../../../../services/provider/usage-list.ts';
import type { UsageSummary } from '../../../../services/provider/usage.service.ts';

const dayMinutes = 24 * 60;

export function usageKpis(view: ListView<UsageFilters>, summary: UsageSummary): readonly Kpi[] {
  const { billable, unrated, oldestUnrated, reporting, expected, late, courses } = summary;
  return [
    {
      ...figureKpi(view, usageMetrics.billable, billable, {
        note: facts(otherCurrencies(billable.sums), usage.periods(formatCount(billable.count))),
      }),
      ...moneyCourse(courses?.billable, billable.sums[0]),
    },
    {
      ...figureKpi(view, usageMetrics.unrated, unrated, {
        note: unrated.count === 0 ? '' : usage.oldest(rowsOf(unrated), ageOf(oldestUnrated, view.at)),
      }),
      ...countCourse(courses?.unrated, unrated.count),
    },
    {
      ...figureKpi(view, usageMetrics.reporting, reporting, {
        value: expected === 0 ? nothing : usage.ofExpected(formatCount(reporting.count), formatCount(expected)),
        note: expected > reporting.count ? usage.silent(formatCount(expected - reporting.count)) : '',
      }),
      ...shareCourse(courses?.reporting, courses?.expected, { part: reporting.count, whole: expected }),
    },
    {
      ...figureKpi(view, usageMetrics.late, late, { note: late.count === 0 ? '' : rowsOf(late) }),
      change: countsCompared(late.count, late.previous, messages.lists.previousSpans.mtd),
      parts: late.parts,
    },
  ];
}

function rowsOf({ sums }: UsageSummary['late']) {
  return usage.rows(formatCount(Number(sums[0]?.minor ?? 0n)));
}

/** In days, or in hours on the first. */
function ageOf(since: number | undefined, at: number): string {
  const minutes = Math.max(0, Math.floor((at - (since ?? at)) / minuteMs));
  return minutes < dayMinutes
    ? usage.hours(formatCount(Math.floor(minutes / 60)))
    : usage.days(formatCount(Math.floor(minutes / dayMinutes)));
}
