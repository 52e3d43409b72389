import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney, formatPoints, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { evaluationMetrics } from '../../../../metrics/developer.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import type { EvaluationFilters } from '../../../../services/provider/evaluations-list.ts';
import type { EvaluationRow, EvaluationsSummary } from '../../../../services/provider/evaluations.service.ts';

export function evaluationKpis(view: ListView<EvaluationFilters>, summary: EvaluationsSummary): readonly Kpi[] {
  const { last, failing } = summary;
  const ofLast = (metric: Metric, value: string, note: string): Kpi => ({
    metric,
    value,
    note,
    count: last ? 1 : 0,
    href: last
      ? metricHref({ ...metric, where: { org: last.org.id, q: last.id } }, view)
      : listHref(view.path, view.params),
  });
  const { cost, latency } = evaluationMetrics;
  return [
    ofLast(
      evaluationMetrics.last,
      last ? shareOf(last) : nothing,
      last ? [formatChange(last), ofCases(last)].join(', ') : evaluations.noRun,
    ),
    figureKpi(view, evaluationMetrics.failing, failing, {
      value: formatCount(Number(failing.sums[0]?.minor ?? 0n)),
      note: evaluations.ofRuns(formatCount(failing.count)),
    }),
    last?.costMinor === undefined
      ? { ...ofLast(cost, nothing, evaluations.notTold), sums: [] }
      : {
          ...ofLast(cost, formatMoney(last.costMinor, last.currency), formatDuration(last.durationMs)),
          sums: [{ minor: last.costMinor, currency: last.currency ?? 'XXX' }],
        },
    ofLast(
      latency,
      formatDuration(last?.latencyMs),
      last?.latencyMs === undefined ? evaluations.notTold : (last.model ?? ''),
    ),
  ];
}

export function shareOf({ passed, failed }: Pick<EvaluationRow, 'passed' | 'failed'>): string {
  return formatShare(passed, passed + failed);
}

/** "+1.3 pp vs 92.0 % the run before". */
function formatChange(run: EvaluationRow): string {
  const points = pointsOf(run);
  if (points === undefined || !run.before) return evaluations.firstOfLine;
  return `${evaluations.points(formatPoints(points))} ${evaluations.againstBefore(shareOf(run.before))}`;
}

/** How many percentage points more pass than in the run before. */
export function pointsOf({ passed, failed, before }: EvaluationRow): number | undefined {
  const total = passed + failed;
  const totalBefore = before ? before.passed + before.failed : 0;
  if (!before || total === 0 || totalBefore === 0) return undefined;
  return (passed / total - before.passed / totalBefore) * 100;
}

function ofCases({ passed, failed }: EvaluationRow): string {
  return evaluations.ofCases(formatCount(passed), formatCount(passed + failed));
}
