import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare, nothing } from '../../../../format/numbers.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { addons } from '../../../../messages/en-addons.ts';
import { withRefunds } from '../../../../services/provider/addons-list.ts';
import type { AddonFilters } from '../../../../services/provider/addons-list.ts';
import type { AddonsSummary } from '../../../../services/provider/addons.service.ts';

export function addonKpis(view: ListView<AddonFilters>, summary: AddonsSummary): readonly Kpi[] {
  const { gross, refunded, net, worst } = summary;
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
      note: [shareOf(summary), otherCurrencies(refunded.sums)].filter(Boolean).join(' '),
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
      id: 'worst',
      ...kpis.worst,
      value: worst && worst.refunded > 0 ? formatShare(worst.refunded, worst.sold) : nothing,
      count: worst?.refunded ?? 0,
      note:
        worst && worst.refunded > 0
          ? addons.worst(worst.sku, formatCount(worst.refunded), formatCount(worst.sold))
          : '',
      href: worstHref(view, worst),
    },
  ];
}

/** Money of the currency that sold most, of what that sold. */
function shareOf({ gross, refunded }: AddonsSummary): string {
  const [main] = gross.sums;
  const back = refunded.sums.find(({ currency }) => currency === main?.currency)?.minor ?? 0n;
  return main && main.minor > 0n ? addons.ofSales(formatShare(Number(back), Number(main.minor))) : '';
}

function worstHref({ path, windowed }: ListView<AddonFilters>, worst: AddonsSummary['worst']) {
  return listHref(path, changeParams(windowed, { sku: worst?.sku, status: withRefunds.join(',') }));
}
