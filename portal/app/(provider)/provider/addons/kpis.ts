import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { addons } from '../../../../messages/en-addons.ts';
import { withRefunds } from '../../../../services/provider/addons-list.ts';
import type { AddonFilters } from '../../../../services/provider/addons-list.ts';
import type { AddonsSummary } from '../../../../services/provider/addons.service.ts';

export function addonKpis(view: ListView<AddonFilters>, summary: AddonsSummary): readonly Kpi[] {
  const { gross, refunded, net, whole } = summary;
  const { kpis } = addons;
  const money = { shows: 'sums', isWindowed: true } as const;
  const note = (figure: typeof gross) => otherCurrencies(figure.sums) || addons.purchases(formatCount(figure.count));
  return [
    figureKpi(view, {
      id: 'gross',
      copy: kpis.gross,
      figure: gross,
      changes: {},
      goodDirection: 'up',
      note: note(gross),
      ...money,
    }),
    figureKpi(view, {
      id: 'refunded',
      copy: kpis.refunded,
      figure: refunded,
      changes: { status: withRefunds.join(',') },
      goodDirection: 'down',
      note: note(refunded),
      ...money,
    }),
    figureKpi(view, {
      id: 'net',
      copy: kpis.net,
      figure: net,
      changes: {},
      goodDirection: 'up',
      note: note(net),
      ...money,
    }),
    {
      ...figureKpi(view, {
        id: 'whole',
        copy: kpis.whole,
        figure: whole,
        changes: { status: 'refunded' },
        isWindowed: true,
        note: addons.ofPurchases(formatCount(whole.count), formatCount(gross.count)),
      }),
      value: formatShare(whole.count, gross.count),
      change: undefined,
    },
  ];
}
