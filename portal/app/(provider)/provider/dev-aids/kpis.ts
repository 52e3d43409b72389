import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney, formatPoints, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import type { EvaluationFilters } from '../../../../services/provider/evaluations-list.ts';
import type { EvaluationRow, EvaluationsSummary } from '../../../../services/provider/evaluations.service.ts';

const { kpis } = evaluations;

export function evaluationKpis(view: ListView<EvaluationFilters>, summary: EvaluationsSummary): readonly Kpi[] {
  const { last, failing } = summary;
  const ofLast = {
    count: last ? 1 : 0,
    href: last
      ? listHref(view.path, new URLSearchParams({ org: last.org.id, q: last.id }))
      : listHref(view.path, view.params),
  };
  return [
    {
      id: 'last',
      ...kpis.last,
      ...ofLast,
      value: last ? shareOf(last) : nothing,
      note: last ? [formatChange(last), ofCases(last)].join(', ') : evaluations.noRun,
    },
    {
      ...figureKpi(view, {
        id: 'failing',
        copy: kpis.failing,
        figure: failing,
        changes: { status: 'failing', place: 'newest' },
        isWindowed: true,
        goodDirection: 'down',
        note: evaluations.ofRuns(formatCount(failing.count)),
      }),
      value: formatCount(Number(failing.sums[0]?.minor ?? 0n)),
      change: undefined,
    },
    {
      id: 'cost',
      ...kpis.cost,
      ...ofLast,
      value: last?.costMinor === undefined ? nothing : formatMoney(last.costMinor, last.currency),
      note: last?.costMinor === undefined ? evaluations.notTold : formatDuration(last.durationMs),
    },
    {
      id: 'latency',
      ...kpis.latency,
      ...ofLast,
      value: formatDuration(last?.latencyMs),
      note: last?.latencyMs === undefined ? evaluations.notTold : (last.model ?? ''),
    },
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
