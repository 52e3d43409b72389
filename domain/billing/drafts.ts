import type { EpochMs } from '../instants.ts';
import { billingMonths, periodAt, type Period } from './periods.ts';
import type { Zone } from './zones.ts';

/** A month of an org and currency that has an invoice, a draft or a finished one. */
export interface InvoicedMonth extends Period {
  readonly isClosed: boolean;
}

/**
 * The month whose draft a line goes on: the one that holds its period's last instant, or the oldest open draft where that one is
 * closed. Months are closed in their order.
 */
export function monthOfLine(periodEnd: EpochMs, zone: Zone, months: readonly InvoicedMonth[]): Period {
  const bounds = months.flatMap(({ start, end }) => [start, end]);
  const own = periodAt(billingMonths, zone, periodEnd - 1, bounds);
  const closedUntil = Math.max(...months.filter(({ isClosed }) => isClosed).map(({ end }) => end));
  const known = months.find(({ start }) => start === own.start);
  const isClosed = known ? known.isClosed : own.end <= closedUntil;
  if (!isClosed) return own;
  const drafts = months.filter((month) => !month.isClosed).toSorted((a, b) => a.start - b.start);
  return drafts[0] ?? periodAt(billingMonths, zone, closedUntil, bounds);
}
