import type { Verdict } from './fold.ts';
import type { EpochMs } from './instants.ts';

/** How an event stands after a run. `isolated`: it threw and keeps waiting for a run of its own. `unknown`: there is no such event. */
export interface EventOutcome {
  readonly tenantId: string;
  readonly eventId: string;
  readonly outcome: 'applied' | 'rejected' | 'isolated' | 'unknown';
}

/** A verdict that was committed. */
export interface VerdictGiven {
  readonly verdict: Verdict;
  /** When the event was received, where it had no verdict before. */
  readonly firstOfReceipt: EpochMs | undefined;
}

/** How many events of a set ended how. */
export type OutcomeCounts = Readonly<Record<EventOutcome['outcome'], number>>;

export function countOutcomes(outcomes: readonly EventOutcome[]): OutcomeCounts {
  const counts = { applied: 0, rejected: 0, isolated: 0, unknown: 0 };
  for (const { outcome } of outcomes) counts[outcome] += 1;
  return counts;
}

/** One word for a set: what all of its events came to, else `partial`. */
export function outcomeOfSet({
  applied,
  rejected,
  isolated,
  unknown,
}: OutcomeCounts): 'applied' | 'rejected' | 'partial' {
  if (rejected + isolated + unknown === 0) return 'applied';
  return applied + isolated + unknown === 0 ? 'rejected' : 'partial';
}
