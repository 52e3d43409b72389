import { countsCompared } from '../../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { messages } from '../../../../../messages/en.ts';
import { aiAlertMetrics } from '../../../../../metrics/usage.ts';
import type { AiAlertsSummary } from '../../../../../services/provider/ai-alerts.service.ts';
import type { AiAlertFilters } from '../../../../../services/provider/ai-list.ts';

export function alertKpis(view: ListView<AiAlertFilters>, summary: AiAlertsSummary): readonly Kpi[] {
  const now = (id: 'open' | 'muted'): Kpi => {
    const change = countsCompared(summary[id].count, summary.before[id], messages.lists.previousSpans.mtd);
    return { ...figureKpi(view, aiAlertMetrics[id], summary[id]), change };
  };
  const { all, full } = aiAlertMetrics;
  return [figureKpi(view, all, summary.all), figureKpi(view, full, summary.full), now('open'), now('muted')];
}
