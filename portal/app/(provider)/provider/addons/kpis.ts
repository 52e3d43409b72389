import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies, shareKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare, nothing } from '../../../../format/numbers.ts';
import { addons } from '../../../../messages/en-addons.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import { addonMetrics } from '../../../../metrics/revenue.ts';
import type { AddonFilters } from '../../../../services/provider/addons-list.ts';
import type { AddonsSummary } from '../../../../services/provider/addons.service.ts';

export function addonKpis(view: ListView<AddonFilters>, summary: AddonsSummary): readonly Kpi[] {
  const { gross, refunded, net } = summary;
  const currency = gross.sums[0]?.currency;
  const note = (figure: typeof gross) =>
    facts(otherCurrencies(figure.sums, currency), addons.purchases(formatCount(figure.count)));
  return [
    figureKpi(view, addonMetrics.gross, gross, { note: note(gross), currency }),
    figureKpi(view, addonMetrics.refunded, refunded, {
      note: facts(otherCurrencies(refunded.sums, currency), shareOf(summary)),
      currency,
    }),
    figureKpi(view, addonMetrics.net, net, { note: note(net), currency }),
    worstKpi(view, summary),
  ];
}

/** Money of the currency that sold most, of what that sold. */
function shareOf({ gross, refunded }: AddonsSummary): string {
  const [main] = gross.sums;
  const back = refunded.sums.find(({ currency }) => currency === main?.currency)?.minor ?? 0n;
  return main && main.minor > 0n ? addons.ofSales(formatShare(Number(back), Number(main.minor))) : '';
}

function worstKpi(view: ListView<AddonFilters>, { worst }: AddonsSummary): Kpi {
  const metric = { ...addonMetrics.worst, where: { ...addonMetrics.worst.where, sku: worst?.sku } };
  if (!worst || worst.refunded.count === 0)
    return { metric, value: nothing, count: 0, note: addons.noneRefunded, href: metricHref(metric, view) };
  const { sku, refunded, sold } = worst;
  const note = addons.worst(sku, formatCount(refunded.count), formatCount(sold.count));
  return { ...shareKpi(view, metric, refunded, sold, note), count: refunded.count };
}
