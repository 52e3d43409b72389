import { subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import { accept } from '../accept/accept.ts';
import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import { withAuditLog } from '../guards/with-audit-log.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withIdempotencyRequired } from '../guards/with-idempotency-required.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { parseJson } from '../request/parse-json.ts';
import { ingestionRoute } from './federation-route.ts';

const path = '/api/federation/events';

export const eventsRoute = ingestionRoute(
  { name: 'events', path, scopes: ['events'], bodyBytesMax: 256 * 1024 },
  withRateLimit(withIdempotencyRequired(withHmacAuth(withAuditLog(acceptEvent)))),
);

/** One event: strict JSON, its type's schema, the key's own tenant. */
async function acceptEvent(c: Parameters<Handler>[0]): Promise<Response> {
  const request = c.get('request');
  const { seen, receivedAt } = request;
  const json = parseJson(seen.body ?? Buffer.alloc(0));
  if (!json.ok) return refuse(request, 'json_invalid');
  const event = parseEvent(json.value, receivedAt);
  if (!event.ok) return refuse(request, 'body_invalid', { issues: event.issues });
  const { type, tenantId, occurredAt } = event.value;
  if (tenantId !== seen.key?.tenantId) return refuse(request, 'tenant_mismatch');
  return accept(request, { type, body: json.text, occurredAt, entity: subjectOf(event.value) });
}
