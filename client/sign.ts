import { createHash, createHmac } from 'node:crypto';

/** What a signature covers. */
export interface SigningInput {
  readonly method: string;
  /** The path with its query string, exactly as it is sent. */
  readonly requestTarget: string;
  readonly keyId: string;
  /** `fsk_...`; its UTF-8 bytes are the key. */
  readonly secret: string;
  /** Unix time in whole seconds. */
  readonly timestamp: number | string;
  /** 16 to 128 of `A-Z a-z 0-9 _ -`, never used before with this key. */
  readonly nonce: string;
  /** Signed by version 2; absent or empty on a GET. */
  readonly idempotencyKey?: string;
  /** The raw bytes as they are sent, or a text that is sent as UTF-8. Absent: the empty body. */
  readonly body?: Uint8Array | string;
  /** 2 unless said. Version 1 leaves the idempotency key out. */
  readonly version?: 1 | 2;
}

export interface Signed {
  /** The value of `x-signature`. */
  readonly signature: string;
  /** What was signed; for finding a difference. */
  readonly canonical: string;
  readonly bodySha256: string;
}

/**
 * Signs a request. Pure: no clock, no randomness.
 * @throws RangeError when a field holds a line feed, which would shift the fields
 */
export function sign(input: SigningInput): Signed {
  const { method, requestTarget, keyId, secret, nonce, idempotencyKey = '', body = '', version = 2 } = input;
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const fields = [method, requestTarget, keyId, String(input.timestamp), nonce, bodySha256];
  if (version === 2) fields.push(idempotencyKey);
  if (fields.some((field) => field.includes('\n'))) throw new RangeError('a signed field must not hold a line feed');
  const canonical = fields.join('\n');
  return { signature: `v${version}=${hmacHex(secret, canonical)}`, canonical, bodySha256 };
}

/** HMAC-SHA256 under the UTF-8 bytes of the secret, in lower-case hex. */
export function hmacHex(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret, 'utf8')).update(text, 'utf8').digest('hex');
}
