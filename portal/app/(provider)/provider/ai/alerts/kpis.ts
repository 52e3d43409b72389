import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { aiAlertMetrics } from '../../../../../metrics/usage.ts';
import type { AiAlertsSummary } from '../../../../../services/provider/ai-alerts.service.ts';
import type { AiAlertFilters } from '../../../../../services/provider/ai-list.ts';

export function alertKpis(view: ListView<AiAlertFilters>, summary: AiAlertsSummary): readonly Kpi[] {
  return (['all', 'full', 'open', 'muted'] as const).map((id) => figureKpi(view, aiAlertMetrics[id], summary[id]));
}
