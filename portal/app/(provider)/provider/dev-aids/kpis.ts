import { countsCompared, sharesCompared, timesCompared } from '../../../../components/kpi/compared.ts';
import type { Share } from '../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, spanOf } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { dayOf, utc, writeDay } from '../../../../lists/zones.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { evaluationMetrics } from '../../../../metrics/developer.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import type { EvaluationFilters } from '../../../../services/provider/evaluations-list.ts';
import type { EvaluationRow, EvaluationsSummary } from '../../../../services/provider/evaluations.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';

export function evaluationKpis(view: ListView<EvaluationFilters>, summary: EvaluationsSummary): readonly Kpi[] {
  const { last, course } = summary;
  const before = course.at(-2);
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
  const span = evaluations.runBefore;
  return [
    {
      ...ofLast(
        evaluationMetrics.last,
        last ? shareOf(last) : nothing,
        last ? (last.before ? ofCases(last) : `${evaluations.firstOfLine}, ${ofCases(last)}`) : evaluations.noRun,
      ),
      change: last?.before && sharesCompared(casesOf(last), casesOf(last.before), span),
      parts: course.map(casesOf).map(({ part, whole }) => (whole === 0 ? undefined : part / whole)),
    },
    failingKpi(view, summary),
    {
      ...ofLast(
        cost,
        last?.costMinor === undefined ? nothing : formatMoney(last.costMinor, last.currency),
        last?.costMinor === undefined ? evaluations.notTold : durationNote(last),
      ),
      sums: last?.costMinor === undefined ? [] : [{ minor: last.costMinor, currency: last.currency ?? 'XXX' }],
      change: costChange(last, before),
      parts: course.map((run) => (run.currency === last?.currency ? numberOf(run.costMinor) : undefined)),
    },
    {
      ...ofLast(
        latency,
        formatDuration(last?.latencyMs),
        last?.latencyMs === undefined ? evaluations.notTold : (last.model ?? ''),
      ),
      change: timesCompared(last?.latencyMs, before?.latencyMs, span),
      parts: course.map(({ latencyMs }) => latencyMs),
    },
  ];
}

/** Now: with what ran today, where the range ends before. */
function failingKpi(view: ListView<EvaluationFilters>, { failing, failingBefore }: EvaluationsSummary): Kpi {
  const { window } = view;
  const metric = window.today
    ? {
        ...evaluationMetrics.failing,
        where: { ...evaluationMetrics.failing.where, from: dayIn(window.from), to: dayIn(window.today.from), tz: utc },
      }
    : evaluationMetrics.failing;
  const value = casesIn(failing);
  const told = { value: formatCount(value), note: evaluations.ofRuns(formatCount(failing.count)) };
  return {
    ...figureKpi(view, metric, failing, told),
    change: countsCompared(value, casesIn(failingBefore), spanOf(view)),
  };
}

function dayIn(at: number): string {
  return writeDay(dayOf(at, utc));
}

function casesIn({ sums }: ListFigure): number {
  return Number(sums[0]?.minor ?? 0n);
}

function costChange(last: EvaluationRow | undefined, before: EvaluationRow | undefined): Kpi['change'] {
  const [value, previous] = [numberOf(last?.costMinor), numberOf(before?.costMinor)];
  if (value === undefined || previous === undefined || last?.currency !== before?.currency) return undefined;
  return {
    value,
    previous,
    previousText: formatMoney(before?.costMinor ?? 0n, before?.currency),
    span: evaluations.runBefore,
  };
}

function durationNote({ durationMs }: EvaluationRow): string {
  return durationMs === undefined ? '' : formatDuration(durationMs);
}

function numberOf(minor: bigint | undefined): number | undefined {
  return minor === undefined ? undefined : Number(minor);
}

function casesOf({ passed, failed }: Pick<EvaluationRow, 'passed' | 'failed'>): Share {
  return { part: passed, whole: passed + failed };
}

export function shareOf({ passed, failed }: Pick<EvaluationRow, 'passed' | 'failed'>): string {
  return formatShare(passed, passed + failed);
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
