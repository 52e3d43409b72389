import { creditCourse } from '../../../../components/kpi/credit-course.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatDecimalText, formatMoney, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatCredits } from '../../../../format/units.ts';
import { messages } from '../../../../messages/en.ts';
import { ai, aiOrg } from '../../../../messages/en-ai.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { aiMetrics, aiOrgMetrics } from '../../../../metrics/usage.ts';
import { alertLevels } from '../../../../services/provider/ai-list.ts';
import type { AiFilters } from '../../../../services/provider/ai-list.ts';
import type { AiSummary } from '../../../../services/provider/ai-figures.service.ts';

const percent = 100;
const ticks = alertLevels.map((level) => Number(level) / percent);
const near = 0.9;
const namedMax = 3;

export function aiKpis(view: ListView<AiFilters>, summary: AiSummary): readonly Kpi[] {
  return [monthKpi(view, summary, aiMetrics.month, ai), ...rangeKpis(view, summary), overKpi(view, summary)];
}

/** Of one organisation, on its own page. */
export function aiOrgKpis(view: ListView<AiFilters>, summary: AiSummary): readonly Kpi[] {
  const kpis = [
    monthKpi(view, summary, aiOrgMetrics.month, aiOrg),
    ...rangeKpis(view, summary),
    figureKpi(view, aiOrgMetrics.over, summary.overCap),
  ];
  return kpis.map((kpi) => ({ ...kpi, href: metricHref({ ...kpi.metric, path: view.path }, view) }));
}

function monthKpi(
  view: ListView<AiFilters>,
  { months, course, ofMonth }: AiSummary,
  metric: Metric,
  { withoutLimit }: Pick<typeof ai | typeof aiOrg, 'withoutLimit'>,
): Kpi {
  const [used, limit] = [months.map((month) => month.used), months.map((month) => month.limit)].map(sumOf);
  const names = months.filter(({ share }) => share >= near).map(({ org }) => org.name);
  const share = limit === undefined || limit === 0 ? undefined : (used ?? 0) / limit;
  return {
    metric,
    value: share === undefined ? nothing : formatShare(share, 1),
    count: ofMonth.count,
    note:
      share === undefined
        ? withoutLimit
        : [
            ai.ofLimit(
              formatDecimalText(String(Math.round(used ?? 0))),
              formatDecimalText(String(Math.round(limit ?? 0))),
            ),
            ...(names.length === 0 ? [] : [ai.near(named(names))]),
          ].join(', '),
    ...(share !== undefined && { meter: { share, ticks }, ...creditCourse(course) }),
    href: metricHref(metric, view),
  };
}

function rangeKpis(view: ListView<AiFilters>, { calls, told, failed, cost, billed }: AiSummary): readonly Kpi[] {
  const [main] = cost.sums;
  const revenue = billed.find(({ currency }) => currency === main?.currency) ?? billed[0];
  const left = revenue && revenue.currency === main?.currency ? revenue.minor - main.minor : undefined;
  return [
    figureKpi(view, aiMetrics.margin, cost, {
      note: revenue
        ? ai.billed(
            formatMoney(revenue.minor, revenue.currency),
            left === undefined ? nothing : formatShare(Number(left), Number(revenue.minor)),
          )
        : ai.notBilled,
    }),
    figureKpi(view, aiMetrics.calls, calls, {
      note: [
        ai.creditsOf(formatCredits(calls.sums[0]?.minor ?? 0n)),
        told === 0 ? ai.noOutcome : ai.errorRate(formatShare(failed, told), formatCount(told)),
      ].join(', '),
    }),
  ];
}

function overKpi(view: ListView<AiFilters>, { months, ofAlerted, reached }: AiSummary): Kpi {
  const href = (alert: string) => metricHref({ ...aiMetrics.over, where: { alert } }, view);
  const counts = alertLevels.map((level) => months.filter(({ share }) => share * percent >= Number(level)).length);
  const links = alertLevels.map((level, at) => {
    const count = formatCount(counts[at] ?? 0);
    return { text: count, label: ai.overLevel(count, level), href: href(level) };
  });
  const [value = 0, previous = 0] = [counts[0], reached.before[0]];
  return {
    metric: aiMetrics.over,
    value: links.map(({ text }) => text).join(' / '),
    count: ofAlerted.count,
    note: '',
    change: {
      value,
      previous,
      previousText: reached.before.map(formatCount).join(' / '),
      span: messages.lists.previousSpans.mtd,
    },
    parts: reached.byDay,
    href: metricHref(aiMetrics.over, view),
    links,
  };
}

function sumOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Number(text), 0);
}

function named(names: readonly string[]): string {
  const more = names.length - namedMax;
  return [...names.slice(0, namedMax), ...(more > 0 ? [`+${more}`] : [])].join(', ');
}
