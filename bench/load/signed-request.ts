import { randomBytes } from 'node:crypto';
import { sign } from '#client/sign';

export interface BenchKey {
  readonly keyId: string;
  readonly secret: string;
  readonly tenantId: string;
}

/** The bytes of one signed request, ready to be written to a socket. */
export function signedRequest(key: BenchKey, requestTarget: string, body: string, idempotencyKey: string): Buffer {
  const timestamp = Math.floor(Date.now() / 1_000);
  const nonce = randomBytes(16).toString('base64url');
  const { keyId, secret } = key;
  const { signature } = sign({ method: 'POST', requestTarget, keyId, secret, timestamp, nonce, idempotencyKey, body });
  const head = [
    `POST ${requestTarget} HTTP/1.1`,
    'host: gateway',
    `x-provider-keyid: ${keyId}`,
    `x-timestamp: ${timestamp}`,
    `x-nonce: ${nonce}`,
    `x-idempotency-key: ${idempotencyKey}`,
    `x-signature: ${signature}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
