import type { Issue } from '#domain/issues';
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
  readonly issues: readonly Issue[] | null;
  repeats: number;
}

const bodyBytesKept = 16 * 1024;
const hiddenHeaders: ReadonlySet<string> = new Set(['x-signature', 'authorization', 'cookie', 'proxy-authorization']);

/** What is kept of a request that was not accepted: of a stranger little, of a tenant what helps to find the mistake. */
export function attemptRow(request: Arrival, outcome: Outcome, latencyMs: number): AttemptRow {
  const { id, route, receivedAt, addressPrefix, seen } = request;
  const { key, headers, identity, body } = seen;
  const idempotencyKey = headers?.idempotencyKey;
  const isKept = key !== undefined && outcome.status !== 200;
  return {
    at: new Date(receivedAt).toISOString(),
    request_id: id,
    route: route.name,
    status: outcome.status,
    code: outcome.code,
    latency_ms: latencyMs,
    address_prefix: addressPrefix,
    claimed_key_id: headers?.keyId ?? null,
    org_id: key?.tenantId ?? null,
    idempotency_key: key && typeof idempotencyKey === 'object' ? idempotencyKey.value : null,
    event_id: identity?.eventId ?? null,
    headers: isKept ? shownHeaders(request) : null,
    body: isKept && body ? `\\x${body.subarray(0, bodyBytesKept).toString('hex')}` : null,
    issues: outcome.issues ?? null,
    repeats: 1,
  };
}

/** Strangers' attempts that are equal are one row with a count. Undefined for a tenant's: each has a row of its own. */
export function nameOfEqual({ route, addressPrefix, seen }: Arrival, outcome: Outcome): string | undefined {
  if (seen.key) return undefined;
  return `${route.name} ${outcome.code} ${addressPrefix} ${seen.headers?.keyId ?? ''}`;
}

function shownHeaders({ incoming }: Arrival): Record<string, string> {
  const shown: [string, string][] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase();
    if (!hiddenHeaders.has(name)) shown.push([name, incoming.rawHeaders[index + 1] ?? '']);
  }
  return Object.fromEntries(shown);
}
