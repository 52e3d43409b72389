import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

export type SignatureVersion = 1 | 2;

/** What a request signs. On a GET the idempotency key is empty. */
export interface SignedParts {
  readonly method: string;
  readonly requestTarget: string;
  readonly keyId: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly bodySha256: string;
  readonly idempotencyKey: string;
}

export function canonicalString(version: SignatureVersion, parts: SignedParts): string {
  const { method, requestTarget, keyId, timestamp, nonce, bodySha256, idempotencyKey } = parts;
  const six = `${method}\n${requestTarget}\n${keyId}\n${timestamp}\n${nonce}\n${bodySha256}`;
  return version === 1 ? six : `${six}\n${idempotencyKey}`;
}

/**
 * True when any of the secrets made the signature. Every secret is tried, whichever matches: the time tells nothing.
 * @param signatureHex 64 lower-case hex digits, checked before
 */
export function isSignedByAny(secrets: readonly KeyObject[], canonical: string, signatureHex: string): boolean {
  const claimed = Buffer.from(signatureHex, 'hex');
  let isSigned = false;
  for (const secret of secrets) {
    const made = createHmac('sha256', secret).update(canonical).digest();
    isSigned = timingSafeEqual(made, claimed) || isSigned;
  }
  return isSigned;
}
