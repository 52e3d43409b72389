import type { Meta } from '../fields.ts';
import type { EventOfKind, Occurred, Refused } from '../fold.ts';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../instants.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Calendar time from opening to the first response and to the resolution. */
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
  /** The clock of the resolution target: since when it runs, and what ran before it was stopped. */
  readonly runningSince?: EpochMs | undefined;
  readonly ranMs: number;
  readonly meta?: Meta | undefined;
}

/** Opened fills in, corrects or reopens; escalating changes neither severity nor targets; resolved stops the clock. */
export function foldIncident(
  state: IncidentState | undefined,
  { event }: Occurred<EventOfKind<'incident'>>,
): IncidentState | Refused {
  const before: IncidentState = state ?? { status: 'open', ranMs: 0 };
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
        runningSince: before.runningSince ?? at,
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
      const ranMs = before.ranMs + (before.runningSince === undefined ? 0 : at - before.runningSince);
      return {
        ...before,
        ...(meta === undefined ? {} : { meta }),
        status: 'resolved',
        ranMs,
        runningSince: undefined,
        resolution: resolution ?? before.resolution,
        resolvedAt: before.status === 'resolved' ? before.resolvedAt : at,
        firstResolvedAt: before.firstResolvedAt ?? at,
      };
    }
  }
}

/** When the first response and the resolution are due; the second moves on by the time the incident stood resolved. */
export function dueInstants(state: IncidentState): { responseDueAt?: EpochMs; resolutionDueAt?: EpochMs } {
  if (state.severity === undefined || state.openedAt === undefined) return {};
  const targets = slaTargets[state.severity];
  const clockStart = state.runningSince ?? state.resolvedAt ?? state.openedAt;
  const ranBefore = state.ranMs;
  return {
    responseDueAt: state.openedAt + targets.responseMs,
    resolutionDueAt: clockStart + targets.resolutionMs - ranBefore,
  };
}
