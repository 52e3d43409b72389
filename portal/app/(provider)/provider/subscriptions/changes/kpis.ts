import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import type { ChangeFilters } from '../../../../../services/provider/changes-list.ts';
import type { ChangesSummary } from '../../../../../services/provider/changes.service.ts';
import { movementKinds } from '../../../../../services/provider/mrr.ts';

export function changeKpis(view: ListView<ChangeFilters>, { net, moved }: ChangesSummary): readonly Kpi[] {
  const money = { shows: 'sums', isWindowed: true } as const;
  const note = (figure: typeof net) => otherCurrencies(figure.sums) || planChanges.moves(formatCount(figure.count));
  return [
    figureKpi(view, {
      id: 'net',
      copy: planChanges.kpis.net,
      figure: net,
      changes: {},
      goodDirection: 'up',
      note: note(net),
      ...money,
    }),
    ...movementKinds.map((kind) =>
      figureKpi(view, {
        id: kind,
        copy: planChanges.kpis[kind],
        figure: moved[kind],
        changes: { kind },
        // A loss is below 0: less of it is more.
        goodDirection: 'up',
        note: note(moved[kind]),
        ...money,
      }),
    ),
  ];
}
