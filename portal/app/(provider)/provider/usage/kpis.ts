import { minuteMs } from '#domain/instants';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, nothing } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { paths } from '../../../../paths.ts';
import type { UsageFilters } from '../../../../services/provider/usage-list.ts';
import type { UsageSummary } from '../../../../services/provider/usage.service.ts';

const dayMinutes = 24 * 60;

export function usageKpis(view: ListView<UsageFilters>, summary: UsageSummary): readonly Kpi[] {
  const { billable, unrated, oldestUnrated, reporting, expected, late } = summary;
  const { kpis } = usage;
  const { orgs } = view.query.filters;
  const unratedParams = new URLSearchParams(orgs.length > 0 ? { org: orgs.join(',') } : {});
  // Each of these is of now: what the list is filtered by beside organisation and meter is left out.
  const cleared = { state: undefined, report: undefined, late: undefined };
  return [
    figureKpi(view, {
      id: 'billable',
      copy: kpis.billable,
      figure: billable,
      changes: { ...cleared, state: 'open,rated' },
      shows: 'sums',
      isWindowed: false,
      note: [usage.windows(formatCount(billable.count)), otherCurrencies(billable.sums)].filter(Boolean).join(' '),
    }),
    {
      ...figureKpi(view, { id: 'unrated', copy: kpis.unrated, figure: unrated, changes: {}, isWindowed: false }),
      note: unrated.count === 0 ? '' : usage.oldest(rowsOf(unrated), ageOf(oldestUnrated, view.at)),
      href: listHref(paths.usageUnrated, unratedParams),
    },
    {
      ...figureKpi(view, {
        id: 'reporting',
        copy: kpis.reporting,
        figure: reporting,
        changes: { ...cleared, report: 'on' },
        isWindowed: false,
      }),
      value: expected === 0 ? nothing : usage.ofExpected(formatCount(reporting.count), formatCount(expected)),
      note: expected > reporting.count ? usage.silent(formatCount(expected - reporting.count)) : '',
    },
    figureKpi(view, {
      id: 'late',
      copy: kpis.late,
      figure: late,
      changes: { ...cleared, late: 'mtd' },
      isWindowed: false,
      note: late.count === 0 ? '' : rowsOf(late),
    }),
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
