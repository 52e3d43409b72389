import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatDecimalText } from '../../../../format/numbers.ts';
import { ai } from '../../../../messages/en-ai.ts';
import type { AiFilters } from '../../../../services/provider/ai-list.ts';
import type { AiSummary } from '../../../../services/provider/ai.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';

export function aiKpis(view: ListView<AiFilters>, summary: AiSummary): readonly Kpi[] {
  const { uses, credits, cost, overCap } = summary;
  const { kpis } = ai;
  return [
    figureKpi(view, { id: 'uses', copy: kpis.uses, figure: uses, changes: {}, isWindowed: true }),
    {
      ...figureKpi(view, {
        id: 'credits',
        copy: kpis.credits,
        figure: credits,
        changes: {},
        isWindowed: true,
        note: ai.uses(formatCount(credits.count)),
      }),
      value: creditsOf(credits),
      change: undefined,
    },
    figureKpi(view, {
      id: 'cost',
      copy: kpis.cost,
      figure: cost,
      changes: {},
      shows: 'sums',
      isWindowed: true,
      note: otherCurrencies(cost.sums),
    }),
    figureKpi(view, {
      id: 'overCap',
      copy: kpis.overCap,
      figure: overCap,
      changes: { cap: 'over' },
      isWindowed: true,
      goodDirection: 'down',
      note: ai.credits(creditsOf(overCap)),
    }),
  ];
}

const micro = 1_000_000n;

function creditsOf({ sums }: ListFigure): string {
  const told = sums[0]?.minor ?? 0n;
  const fraction = (told % micro).toString().padStart(6, '0').replace(/0+$/, '');
  return formatDecimalText(`${told / micro}${fraction ? `.${fraction}` : ''}`);
}
