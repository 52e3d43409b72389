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
 * The secret that made the signature. Every secret is tried, whichever matches: the time tells nothing.
 * @param signatureHex 64 lower-case hex digits, checked before
 */
export function signedBy<S extends { readonly key: KeyObject }>(
  secrets: readonly S[],
  canonical: string,
  signatureHex: string,
): S | undefined {
  const claimed = Buffer.from(signatureHex, 'hex');
  let signer: S | undefined;
  for (const secret of secrets) {
    const made = createHmac('sha256', secret.key).update(canonical).digest();
    signer = timingSafeEqual(made, claimed) ? secret : signer;
  }
  return signer;
}
