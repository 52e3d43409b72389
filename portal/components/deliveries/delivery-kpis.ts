import { formatCount, formatShare } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { metricHref } from '../../metrics/metric.ts';
import type { Scope } from '../../metrics/metric.ts';
import { logMetrics } from '../../metrics/operations.ts';
import type { DeliveriesSummary } from '../../services/provider/federation.service.ts';
import { countsCompared } from '../kpi/compared.ts';
import { facts } from '../kpi/facts.ts';
import type { Kpi } from '../kpi/kpi.ts';

const cells = ['accepted', 'applied', 'rejected', 'refused'] as const;
type Cell = (typeof cells)[number];

/** What became of the requests, over the log. */
export function deliveryKpis(summary: DeliveriesSummary, scope: Scope, previousSpan: string): readonly Kpi[] {
  return cells.map((cell) => kpiOf(cell, summary, scope, previousSpan));
}

function kpiOf(cell: Cell, summary: DeliveriesSummary, scope: Scope, span: string): Kpi {
  const { value, previous, parts, today } = summary[cell];
  return {
    metric: logMetrics[cell],
    value: formatCount(value),
    note: facts(noteOf(cell, summary), today === undefined ? '' : messages.lists.today(formatCount(today))),
    change: countsCompared(value, previous, span),
    parts,
    href: metricHref(logMetrics[cell], scope),
  };
}

function noteOf(cell: Cell, { accepted, applied, rejected, waiting, refusedRequests }: DeliveriesSummary) {
  switch (cell) {
    case 'accepted':
      return waiting.value > 0
        ? messages.deliveries.waiting(formatCount(waiting.value))
        : messages.deliveries.noneWaiting;
    case 'applied':
      return messages.deliveries.ofAccepted(formatShare(applied.value, accepted.value));
    case 'rejected':
      return messages.deliveries.ofAccepted(formatShare(rejected.value, accepted.value));
    case 'refused':
      return messages.deliveries.requests(formatCount(refusedRequests));
  }
}
