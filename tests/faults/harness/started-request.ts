import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { randomBytes } from 'node:crypto';
import { sign } from '#client/sign';
import type { IssuedKey } from '#prisma/federation-keys';
import type { Request } from './plan.ts';

/** A request of which the gateway has the head and half of the body. */
export interface StartedRequest {
  /** Sends the rest; resolves with the status, throws when the connection breaks. */
  complete(): Promise<number>;
}

/** The gateway says "100 Continue" when it begins to read the body: from then on the request has begun, beyond doubt. */
export async function openStartedRequest(
  baseUrl: string,
  key: IssuedKey,
  { route, idempotencyKey, body }: Request,
): Promise<StartedRequest> {
  const target = `/api/federation/${route}`;
  const sending = httpRequest(baseUrl + target, {
    method: 'POST',
    agent: false,
    headers: {
      ...signedHeaders(key, target, idempotencyKey, body),
      'content-length': body.length,
      expect: '100-continue',
    },
  });
  const answer = once(sending, 'response');
  // It is awaited by complete(); until then a broken connection is not an unhandled one.
  answer.catch(() => undefined);
  const middle = Math.floor(body.length / 2);
  sending.flushHeaders();
  await once(sending, 'continue');
  sending.write(body.subarray(0, middle));
  return {
    async complete() {
      sending.end(body.subarray(middle));
      const [response] = await answer;
      response.resume();
      return Number(response.statusCode);
    },
  };
}

/** What a signed request carries; the same headers and bytes sent again are a replay. */
export function signedHeaders(
  { keyId, secret }: IssuedKey,
  requestTarget: string,
  idempotencyKey: string,
  body: Uint8Array,
): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const nonce = randomBytes(18).toString('base64url');
  const input = { method: 'POST', requestTarget, keyId, secret, timestamp, nonce, idempotencyKey, body };
  return {
    'x-provider-keyid': keyId,
    'x-timestamp': `${timestamp}`,
    'x-nonce': nonce,
    'x-signature': sign(input).signature,
    'x-idempotency-key': idempotencyKey,
    'content-type': 'application/json',
  };
}
