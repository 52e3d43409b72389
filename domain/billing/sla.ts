import type { EpochMs } from '../instants.ts';
import { ratio, type Ratio } from './ratios.ts';

export type SlaState = 'running' | 'met' | 'breached';

/** An incident as its clocks see it. The targets come from its severity. */
export interface Clocks {
  readonly responseDueAt: EpochMs;
  readonly resolutionDueAt: EpochMs;
  readonly acknowledgedAt?: EpochMs | undefined;
  readonly escalatedByStaffAt?: EpochMs | undefined;
  /** The first resolution ever ends the response clock, also after it was reopened. */
  readonly firstResolvedAt?: EpochMs | undefined;
  /** Undefined while it is open. */
  readonly resolvedAt?: EpochMs | undefined;
}

/** The response clock ends with the first acknowledgement, escalation by staff or resolution. A breach is computed, never typed in. */
export function responseState(incident: Clocks, now: EpochMs): SlaState {
  const { acknowledgedAt, escalatedByStaffAt, firstResolvedAt, resolvedAt, responseDueAt } = incident;
  const ends = [acknowledgedAt, escalatedByStaffAt, firstResolvedAt, resolvedAt].filter((at) => at !== undefined);
  return stateOf(ends.length === 0 ? undefined : Math.min(...ends), responseDueAt, now);
}

/** The resolution target moves on by the time that a reopened incident stood resolved. */
export function resolutionState({ resolvedAt, resolutionDueAt }: Clocks, now: EpochMs): SlaState {
  return stateOf(resolvedAt, resolutionDueAt, now);
}

/** SLA met: resolved within target / resolved. */
export function slaMet(incidents: readonly Clocks[], now: EpochMs): Ratio | undefined {
  const resolved = incidents.filter(({ resolvedAt }) => resolvedAt !== undefined);
  const met = resolved.filter((incident) => resolutionState(incident, now) === 'met');
  return ratio(BigInt(met.length), BigInt(resolved.length));
}

/** On the target is met. */
function stateOf(endedAt: EpochMs | undefined, dueAt: EpochMs, now: EpochMs): SlaState {
  if (endedAt !== undefined) return endedAt <= dueAt ? 'met' : 'breached';
  return now <= dueAt ? 'running' : 'breached';
}
