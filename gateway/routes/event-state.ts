import { eventIdPattern } from '#domain/ids';
import { answer, refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import { withHmacAuth } from '../guards/with-hmac-auth.ts';
import { withRateLimit } from '../guards/with-rate-limit.ts';
import { signedRead } from './federation-route.ts';

const target = /^\/api\/federation\/events\/([A-Za-z0-9._~!$&'()*+,;=:@-]+)(?:\?[\x21\x22\x24-\x7e]*)?$/;

export const eventStateRoute = signedRead(
  {
    name: 'event-state',
    path: '/api/federation/events/:id',
    scopes: ['events', 'usage'],
    isTarget: (requestTarget) => target.test(requestTarget),
  },
  withRateLimit(withHmacAuth(tellState)),
);

/** Another tenant's id, an unknown one and one of another shape are told alike. */
async function tellState(c: Parameters<Handler>[0]): Promise<Response> {
  const request = c.get('request');
  const { gateway, requestTarget, seen } = request;
  const eventId = target.exec(requestTarget)?.[1] ?? '';
  if (!seen.key || !eventIdPattern.test(eventId)) return refuse(request, 'not_found');
  const read = await gateway.readState(seen.key.tenantId, eventId);
  if (read === 'away') return refuse(request, 'unavailable');
  if (!read) return refuse(request, 'not_found');
  const { type, status, receivedAt, appliedAt, rejection, workflowId } = read;
  const state = { ok: true, id: eventId, type, status, receivedAt, appliedAt, rejection, workflowId };
  return answer(request, 'state', JSON.stringify(state));
}
