import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import { changeMetrics } from '../../../../../metrics/revenue.ts';
import type { ChangeFilters } from '../../../../../services/provider/changes-list.ts';
import type { ChangesSummary } from '../../../../../services/provider/changes.service.ts';
import { movementKinds } from '../../../../../services/provider/mrr.ts';

export function changeKpis(view: ListView<ChangeFilters>, { net, moved }: ChangesSummary): readonly Kpi[] {
  const currency = net.sums[0]?.currency;
  const told = (figure: typeof net) => ({
    note: otherCurrencies(figure.sums, currency) || planChanges.moves(formatCount(figure.count)),
    currency,
  });
  return [
    figureKpi(view, changeMetrics.net, net, told(net)),
    ...movementKinds.map((kind) => figureKpi(view, changeMetrics[kind], moved[kind], told(moved[kind]))),
  ];
}
