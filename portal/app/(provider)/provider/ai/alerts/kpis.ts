import type { Kpi } from '../../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { messages } from '../../../../../messages/en.ts';
import { aiAlertMetrics } from '../../../../../metrics/usage.ts';
import type { AiAlertsSummary } from '../../../../../services/provider/ai-alerts.service.ts';
import type { AiAlertFilters } from '../../../../../services/provider/ai-list.ts';

export function alertKpis(view: ListView<AiAlertFilters>, summary: AiAlertsSummary): readonly Kpi[] {
  const now = (id: 'open' | 'muted'): Kpi => {
    const [value, previous] = [summary[id].count, summary.before[id]];
    const change = { value, previous, previousText: formatCount(previous), span: messages.lists.previousSpans.mtd };
    return { ...figureKpi(view, aiAlertMetrics[id], summary[id]), change };
  };
  const { all, full } = aiAlertMetrics;
  return [figureKpi(view, all, summary.all), figureKpi(view, full, summary.full), now('open'), now('muted')];
}
