import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { paths } from '../../../../paths.ts';
import type { UsageFilters } from '../../../../services/provider/usage-list.ts';
import type { UsageSummary } from '../../../../services/provider/usage.service.ts';

export function usageKpis(view: ListView<UsageFilters>, summary: UsageSummary): readonly Kpi[] {
  const { open, rated, late, unrated } = summary;
  const { kpis } = usage;
  const note = ({ sums, count }: typeof open) =>
    [usage.periods(formatCount(count)), otherCurrencies(sums)].filter(Boolean).join(' ');
  const { orgs } = view.query.filters;
  const unratedParams = new URLSearchParams(orgs.length > 0 ? { org: orgs.join(',') } : {});
  return [
    figureKpi(view, {
      id: 'open',
      copy: kpis.open,
      figure: open,
      changes: { state: 'open' },
      shows: 'sums',
      isWindowed: false,
      note: note(open),
    }),
    figureKpi(view, {
      id: 'rated',
      copy: kpis.rated,
      figure: rated,
      changes: {},
      shows: 'sums',
      isWindowed: true,
      note: note(rated),
    }),
    figureKpi(view, { id: 'late', copy: kpis.late, figure: late, changes: { state: 'late' }, isWindowed: true }),
    {
      ...figureKpi(view, { id: 'unrated', copy: kpis.unrated, figure: unrated, changes: {}, isWindowed: false }),
      href: listHref(paths.usageUnrated, unratedParams),
    },
  ];
}
