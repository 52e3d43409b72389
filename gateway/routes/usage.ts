import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { checkUsage } from '#domain/check-usage';
import { usageBatchType } from '#domain/usage';
import { accept } from '../accept/accept.ts';
import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import { bigBodyBytes, type SignedRequest } from '../guards/signed-request.ts';
import { withAuditLog } from '../guards/with-audit-log.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withIdempotencyRequired } from '../guards/with-idempotency-required.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { isStrictJson } from '../request/json-guard.ts';
import { isPlainUtf8, parseJson, parseText } from '../request/parse-json.ts';
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
  const { seen, receivedAt, gateway } = request;
  const bytes = seen.body ?? Buffer.alloc(0);
  const tenantId = seen.key?.tenantId ?? '';
  const isBig = bytes.length > bigBodyBytes;
  const read = isBig
    ? await gateway.turns.run(tenantId, () => readInSteps(request, bytes, tenantId))
    : readAtOnce(request, bytes, tenantId);
  if (!read) return refuse(request, 'unavailable');
  if ('refusal' in read) return read.refusal;
  return accept(request, { type: usageBatchType, body: read.body, occurredAt: receivedAt, entity: undefined });
}

/** Between the steps others get their turn: a thousand rows are several milliseconds. */
async function readInSteps(request: SignedRequest, bytes: Buffer, tenantId: string): Promise<Read> {
  if (!isPlainUtf8(bytes) || !isStrictJson(bytes)) return { refusal: refuse(request, 'json_invalid') };
  await yieldToLoop();
  const json = parseText(bytes.toString('utf8'));
  await yieldToLoop();
  return json.ok ? check(request, json, tenantId) : { refusal: refuse(request, 'json_invalid') };
}

function readAtOnce(request: SignedRequest, bytes: Buffer, tenantId: string): Read {
  const json = parseJson(bytes);
  return json.ok ? check(request, json, tenantId) : { refusal: refuse(request, 'json_invalid') };
}

function check(
  request: SignedRequest,
  json: { readonly text: string; readonly value: unknown },
  tenantId: string,
): Read {
  const rows = checkUsage(json.value);
  if (!rows.ok) return { refusal: refuse(request, 'body_invalid', { issues: rows.issues }) };
  const isOwn = rows.tenantIds.size === 1 && rows.tenantIds.has(tenantId);
  return isOwn ? { body: json.text } : { refusal: refuse(request, 'tenant_mismatch') };
}
