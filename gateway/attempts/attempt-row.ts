import type { Outcome } from '../answers/outcome.ts';
import type { Arrival } from '../guards/signed-request.ts';

/** One row of the delivery log. */
export interface AttemptRow {
  readonly at: string;
  readonly request_id: string;
  readonly route: string;
  readonly status: number;
  readonly code: string;
  readonly latency_ms: number;
  readonly address_prefix: string;
  readonly claimed_key_id: string | null;
  readonly org_id: string | null;
  readonly idempotency_key: string | null;
  readonly event_id: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  /** Postgres's hex form. */
  readonly body: string | null;
  readonly issues: unknown;
  repeats: number;
}

const bodyBytesKept = 16 * 1024;
const hiddenHeaders: ReadonlySet<string> = new Set(['x-signature', 'authorization', 'cookie', 'proxy-authorization']);

/** What is kept of a request that was not accepted: of a stranger little, of a tenant what helps to find the mistake. */
export function attemptRow(request: Arrival, outcome: Outcome, latencyMs: number): AttemptRow {
  const { id, route, receivedAt, addressPrefix, seen } = request;
  const common = {
    at: new Date(receivedAt).toISOString(),
    request_id: id,
    route: route.name,
    status: outcome.status,
    code: outcome.code,
    latency_ms: latencyMs,
    address_prefix: addressPrefix,
    claimed_key_id: seen.headers?.keyId ?? null,
    repeats: 1,
  };
  if (!seen.key) {
    return { ...common, org_id: null, idempotency_key: null, event_id: null, headers: null, body: null, issues: null };
  }
  const key = seen.headers?.idempotencyKey;
  const isRefused = outcome.status !== 200;
  return {
    ...common,
    org_id: seen.key.tenantId,
    idempotency_key: typeof key === 'object' ? key.value : null,
    event_id: seen.identity?.eventId ?? null,
    headers: isRefused ? shownHeaders(request) : null,
    body: isRefused && seen.body ? `\\x${seen.body.subarray(0, bodyBytesKept).toString('hex')}` : null,
    issues: outcome.issues ?? null,
  };
}

/** Strangers' attempts that are equal are one row with a count. */
export function sameAttempt(row: AttemptRow): string | undefined {
  if (row.org_id !== null) return undefined;
  return [row.route, row.code, row.address_prefix, row.claimed_key_id].join(' ');
}

function shownHeaders({ incoming }: Arrival): Record<string, string> {
  const shown: [string, string][] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase();
    if (!hiddenHeaders.has(name)) shown.push([name, incoming.rawHeaders[index + 1] ?? '']);
  }
  return Object.fromEntries(shown);
}
