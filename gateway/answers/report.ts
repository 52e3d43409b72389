import type { Logger } from 'pino';
import type { AttemptLog } from '../attempts/attempt-log.ts';
import type { Arrival } from '../guards/signed-request.ts';
import type { GatewayMetrics, Stage } from '../metrics.ts';

/** Puts how a request ended on record: metrics, one log line, the delivery log. Never awaited, never throws. */
export interface Report {
  ended(request: Arrival): void;
  /** A part of a request is over that began then, on the monotonic clock. */
  took(stage: Stage, sinceMs: number): void;
  failed(request: Arrival, error: unknown): void;
  /** Whether the event was accepted nobody knows; a repeat finds out. */
  unknownOutcome(request: Arrival): void;
  unsigned(route: string, status: number): void;
  unparsed(): void;
  defect(error: unknown): void;
}

export function createReport(log: Logger, metrics: GatewayMetrics, attempts: AttemptLog): Report {
  return {
    ended(request) {
      const { id, route, arrivedMs, addressPrefix, seen } = request;
      const { outcome, isAborted } = seen;
      if (!outcome) return;
      const latencyMs = performance.now() - arrivedMs;
      const code = isAborted ? 'aborted' : outcome.code;
      metrics.answered(route.name, code, latencyMs);
      const isAcceptance = outcome.code === 'accepted' || outcome.code === 'repeated' || outcome.code === 'state';
      if (!isAcceptance && !isAborted) attempts.add(request, outcome, latencyMs);
      if (seen.isTurnedAway) return;
      log.info({
        requestId: id,
        route: route.name,
        status: outcome.status,
        code,
        ms: Math.round(latencyMs * 10) / 10,
        address: addressPrefix,
        keyId: seen.key?.id,
        tenantId: seen.key?.tenantId,
        eventId: seen.identity?.eventId,
      });
    },
    took: (stage, sinceMs) => metrics.took(stage, performance.now() - sinceMs),
    defect: (error) => log.error({ err: error }, 'an unsigned request failed by a defect'),
    unparsed: () => metrics.count('parser_errors'),
    unsigned: (route, status) => metrics.answered(route, String(status)),
    unknownOutcome({ id, route }) {
      metrics.count('accept_unknown');
      log.error({ requestId: id, route: route.name }, 'a commit got no answer in time: its outcome is unknown');
    },
    failed({ id, route }, error) {
      log.error({ requestId: id, route: route.name, err: error }, 'a request failed by a defect');
    },
  };
}
