import { countsCompared, timesCompared } from '../../../../components/kpi/compared.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { countCourse } from '../../../../components/list/course.ts';
import { figureKpi } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { keys } from '../../../../messages/en-keys.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { keyMetrics } from '../../../../metrics/operations.ts';
import type { DueKeys } from '../../../../services/provider/federation-keys.service.ts';
import type { KeyFilters } from '../../../../services/provider/federation-keys-list.ts';
import type { FederationHealth } from '../../../../services/provider/federation-health.service.ts';
import type { Figure } from '../../../../services/provider/delivery-figures.ts';

export interface KeysSummary {
  readonly health: FederationHealth;
  readonly keys: DueKeys;
}

/** How the gateway fared in the last 24 hours, and the keys that somebody should look at. */
export function keyKpis(view: ListView<KeyFilters>, { health, keys: { due, course } }: KeysSummary): readonly Kpi[] {
  const { log, firstTime, p95, codes } = health;
  const span = messages.lists.previousSpans['24h'];
  const cell = (metric: Metric, { value, previous, parts }: Figure, note: string): Kpi => ({
    metric,
    value: formatCount(value),
    change: countsCompared(value, previous, span),
    parts,
    note,
    href: metricHref(metric, view),
  });
  const refusals = codes.slice(0, 2).map(({ name, count }) => `${name} ${formatCount(count)}`);
  return [
    cell(keyMetrics.deliveries, log.accepted, keys.success(formatShare(firstTime.now.good, firstTime.now.all))),
    {
      metric: keyMetrics.p95,
      value: formatDuration(p95.ms),
      count: log.applied.value + log.rejected.value,
      note: keys.newest,
      change: timesCompared(p95.ms, p95.beforeMs, span),
      parts: p95.partsMs,
      href: metricHref(keyMetrics.p95, view),
    },
    cell(keyMetrics.refused, log.refused, refusals.join(' · ') || keys.noRefusals),
    { ...figureKpi(view, keyMetrics.due, due, { note: keys.dueNote }), ...countCourse(course, due.count) },
  ];
}
