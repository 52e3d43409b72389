import { subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import { acceptJson, type Json, type Judged } from '../accept/accept-json.ts';
import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import type { SignedRequest } from '../guards/signed-request.ts';
import { withAuditLog } from '../guards/with-audit-log.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withIdempotencyRequired } from '../guards/with-idempotency-required.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { ingestionRoute } from './federation-route.ts';

const path = '/api/federation/events';

export const eventsRoute = ingestionRoute(
  { name: 'events', path, scopes: ['events'], bodyBytesMax: 256 * 1024 },
  withRateLimit(withIdempotencyRequired(withHmacAuth(withAuditLog(acceptEvent)))),
);

/** One event: strict JSON, its type's schema, the key's own tenant. */
function acceptEvent(c: Parameters<Handler>[0]): Promise<Response> {
  const request = c.get('request');
  return acceptJson(request, (json) => judge(request, json));
}

function judge(request: SignedRequest, json: Json): Judged {
  const event = parseEvent(json.value, request.receivedAt);
  if (!event.ok) return { refusal: refuse(request, 'body_invalid', { issues: event.issues }) };
  const { type, tenantId, occurredAt } = event.value;
  if (tenantId !== request.seen.key?.tenantId) return { refusal: refuse(request, 'tenant_mismatch') };
  return { type, body: json.text, occurredAt, entity: subjectOf(event.value) };
}
