import { reachedAt, type BusinessHours, type RunSpan } from '../billing/business-hours.ts';
import type { Meta } from '../fields.ts';
import type { EventOfKind, Occurred, Refused } from '../fold.ts';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../instants.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Time from opening to the first response and to the resolution: calendar time, or business hours where the org has any. */
export const slaTargets = {
  critical: { responseMs: 15 * minuteMs, resolutionMs: 4 * hourMs },
  high: { responseMs: hourMs, resolutionMs: 8 * hourMs },
  medium: { responseMs: 4 * hourMs, resolutionMs: 3 * dayMs },
  low: { responseMs: dayMs, resolutionMs: 7 * dayMs },
} as const satisfies Record<Severity, { responseMs: number; resolutionMs: number }>;

export interface IncidentState {
  readonly status: 'open' | 'escalated' | 'resolved';
  readonly title?: string;
  readonly severity?: Severity;
  readonly description?: string | undefined;
  readonly level?: number;
  readonly escalationReason?: string | undefined;
  readonly resolution?: string | undefined;
  readonly openedAt?: EpochMs;
  readonly escalatedAt?: EpochMs;
  readonly resolvedAt?: EpochMs | undefined;
  /** Ends the clock of the response, also when it was opened again. */
  readonly firstResolvedAt?: EpochMs;
  /** When the clock of the resolution target ran; the last span has no end while it runs. */
  readonly runs: readonly RunSpan[];
  readonly meta?: Meta | undefined;
}

/** Opened fills in, corrects or reopens; escalating changes neither severity nor targets; resolved stops the clock. */
export function foldIncident(
  state: IncidentState | undefined,
  { event }: Occurred<EventOfKind<'incident'>>,
): IncidentState | Refused {
  const before: IncidentState = state ?? { status: 'open', runs: [] };
  const at = event.occurredAt;
  switch (event.type) {
    case 'incident.opened': {
      const { incidentId: _, ...told } = event.data;
      const reopened =
        before.status === 'resolved' ? { status: 'open' as const, resolvedAt: undefined, resolution: undefined } : {};
      return {
        ...before,
        ...told,
        ...reopened,
        openedAt: before.openedAt ?? at,
        runs: isRunning(before) ? before.runs : [...before.runs, { from: at }],
      };
    }
    case 'incident.escalated': {
      const { level, reason, meta } = event.data;
      const status = before.status === 'resolved' ? before.status : 'escalated';
      return {
        ...before,
        ...(meta === undefined ? {} : { meta }),
        status,
        level,
        escalationReason: reason,
        escalatedAt: at,
      };
    }
    case 'incident.resolved': {
      const { resolution, meta } = event.data;
      return {
        ...before,
        ...(meta === undefined ? {} : { meta }),
        status: 'resolved',
        runs: before.runs.map(({ from, to = at }) => ({ from, to })),
        resolution: resolution ?? before.resolution,
        resolvedAt: before.status === 'resolved' ? before.resolvedAt : at,
        firstResolvedAt: before.firstResolvedAt ?? at,
      };
    }
  }
}

/**
 * When the first response and the resolution are due; the second moves on by the time the incident stood resolved.
 * @param hours of its organisation, where the clocks run in them only
 */
export function dueInstants(
  state: IncidentState,
  hours?: BusinessHours,
): { responseDueAt?: EpochMs | undefined; resolutionDueAt?: EpochMs | undefined } {
  const { severity, openedAt, runs } = state;
  if (severity === undefined || openedAt === undefined) return {};
  const { responseMs, resolutionMs } = slaTargets[severity];
  if (hours)
    return {
      responseDueAt: reachedAt(hours, [{ from: openedAt }], responseMs),
      resolutionDueAt: reachedAt(hours, runs.length === 0 ? [{ from: openedAt }] : runs, resolutionMs),
    };
  const ranMs = runs.reduce((sum, { from, to = from }) => sum + to - from, 0);
  const clockStart = (isRunning(state) ? runs.at(-1)?.from : state.resolvedAt) ?? openedAt;
  return { responseDueAt: openedAt + responseMs, resolutionDueAt: clockStart + resolutionMs - ranMs };
}

function isRunning({ runs }: IncidentState): boolean {
  const last = runs.at(-1);
  return last !== undefined && last.to === undefined;
}
