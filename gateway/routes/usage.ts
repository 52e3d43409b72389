import { checkUsage } from '#domain/check-usage';
import { usageBatchType } from '#domain/usage';
import { accept } from '../accept/accept.ts';
import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import type { SignedRequest } from '../guards/signed-request.ts';
import { withAuditLog } from '../guards/with-audit-log.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withIdempotencyRequired } from '../guards/with-idempotency-required.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { judgeJson } from '../request/judge-json.ts';
import type { JsonRead } from '../request/parse-json.ts';
import { ingestionRoute } from './federation-route.ts';

const path = '/api/federation/usage';

export const usageRoute = ingestionRoute(
  { name: 'usage', path, scopes: ['usage'], bodyBytesMax: 1024 * 1024 },
  withRateLimit(withIdempotencyRequired(withHmacAuth(withAuditLog(acceptUsage)))),
);

/** What a request's rows turned out to be. */
type Read = { readonly body: string } | { readonly refusal: Response };

/** Up to 1,000 rows, all or nothing; kept as one event, its rows are written by its workflow. */
async function acceptUsage(c: Parameters<Handler>[0]): Promise<Response> {
  const request = c.get('request');
  const read = await judgeJson(request, (json) => check(request, json));
  if (!read) return refuse(request, 'unavailable');
  if ('refusal' in read) return read.refusal;
  return accept(request, { type: usageBatchType, body: read.body, occurredAt: request.receivedAt, entity: undefined });
}

function check(request: SignedRequest, json: JsonRead): Read {
  if (!json.ok) return { refusal: refuse(request, 'json_invalid') };
  const rows = checkUsage(json.value);
  if (!rows.ok) return { refusal: refuse(request, 'body_invalid', { issues: rows.issues }) };
  const tenantId = request.seen.key?.tenantId ?? '';
  const isOwn = rows.tenantIds.size === 1 && rows.tenantIds.has(tenantId);
  return isOwn ? { body: json.text } : { refusal: refuse(request, 'tenant_mismatch') };
}
