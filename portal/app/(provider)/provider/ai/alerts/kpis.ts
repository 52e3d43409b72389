import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { aiAlerts } from '../../../../../messages/en-ai.ts';
import type { AiAlertsSummary } from '../../../../../services/provider/ai-alerts.service.ts';
import type { AiAlertFilters } from '../../../../../services/provider/ai-list.ts';

const { kpis } = aiAlerts;

export function alertKpis(view: ListView<AiAlertFilters>, summary: AiAlertsSummary): readonly Kpi[] {
  const ofRange = { isWindowed: true, goodDirection: 'down' } as const;
  const ofMonth = (state: 'open' | 'muted') => ({ changes: { state, month: 'running' }, isWindowed: false });
  return [
    figureKpi(view, { id: 'all', copy: kpis.all, figure: summary.all, changes: {}, ...ofRange }),
    figureKpi(view, { id: 'full', copy: kpis.full, figure: summary.full, changes: { level: '100' }, ...ofRange }),
    figureKpi(view, { id: 'open', copy: kpis.open, figure: summary.open, ...ofMonth('open') }),
    figureKpi(view, { id: 'muted', copy: kpis.muted, figure: summary.muted, ...ofMonth('muted') }),
  ];
}
