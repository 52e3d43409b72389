import { checkUsage } from '#domain/check-usage';
import { usageBatchType } from '#domain/usage';
import { acceptJson, type Json, type Judged } from '../accept/accept-json.ts';
import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import type { SignedRequest } from '../guards/signed-request.ts';
import { withAuditLog } from '../guards/with-audit-log.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withIdempotencyRequired } from '../guards/with-idempotency-required.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { ingestionRoute } from './federation-route.ts';

const path = '/api/federation/usage';

export const usageRoute = ingestionRoute(
  { name: 'usage', path, scopes: ['usage'], bodyBytesMax: 1024 * 1024 },
  withRateLimit(withIdempotencyRequired(withHmacAuth(withAuditLog(acceptUsage)))),
);

/** Up to 1,000 rows, all or nothing; kept as one event, its rows are written by its workflow. */
function acceptUsage(c: Parameters<Handler>[0]): Promise<Response> {
  const request = c.get('request');
  return acceptJson(request, (json) => judge(request, json));
}

function judge(request: SignedRequest, json: Json): Judged {
  const rows = checkUsage(json.value);
  if (!rows.ok) return { refusal: refuse(request, 'body_invalid', { issues: rows.issues }) };
  const tenantId = request.seen.key?.tenantId ?? '';
  const isOwn = rows.tenantIds.size === 1 && rows.tenantIds.has(tenantId);
  if (!isOwn) return { refusal: refuse(request, 'tenant_mismatch') };
  return { type: usageBatchType, body: json.text, occurredAt: request.receivedAt, entity: undefined };
}
