import { formatCount, formatShare } from '../../format/numbers.ts';
import { changeParams, listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { DeliveriesSummary } from '../../services/provider/federation.service.ts';
import { KpiCell, KpiSkeleton } from '../kpi/kpi-strip.tsx';
import type { Kpi } from '../kpi/kpi.ts';

interface DeliveryKpisProps {
  readonly summary: DeliveriesSummary;
  /** The list's parameters, with the window's own words among them. */
  readonly params: URLSearchParams;
  readonly previousSpan: string;
}

const cells = ['accepted', 'applied', 'rejected', 'refused'] as const;
type Cell = (typeof cells)[number];

const results = {
  accepted: 'accepted,applied,rejected',
  applied: 'applied',
  rejected: 'rejected',
  refused: 'refused',
} as const satisfies Record<Cell, string>;

export function DeliveryKpis({ summary, params, previousSpan }: DeliveryKpisProps) {
  return cells.map((cell) => <KpiCell key={cell} kpi={kpiOf(cell, summary, params, previousSpan)} />);
}

export function DeliveryKpisSkeleton() {
  return cells.map((cell) => <KpiSkeleton key={cell} label={messages.deliveries.figure[cell].label} />);
}

function kpiOf(cell: Cell, summary: DeliveriesSummary, params: URLSearchParams, span: string): Kpi {
  const { value, previous, parts } = summary[cell];
  return {
    id: cell,
    ...messages.deliveries.figure[cell],
    value: formatCount(value),
    note: noteOf(cell, summary),
    change: { value, previous, previousText: formatCount(previous), span },
    goodDirection: cell === 'accepted' || cell === 'applied' ? 'up' : 'down',
    parts,
    href: listHref(paths.deliveryLog, changeParams(params, { result: results[cell] })),
    opens: `${messages.deliveries.title}: ${messages.deliveries.goesTo[cell]}`,
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
