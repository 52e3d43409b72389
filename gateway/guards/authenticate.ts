import type { EpochMs } from '#domain/instants';
import type { FederationKey, LiveSecret } from '../keys/federation-key.ts';
import { canonicalString, signedBy, type SignedParts } from './canonical.ts';
import { createSecretKey, randomBytes } from 'node:crypto';

export type Scope = 'events' | 'usage';

/** A claim to be somebody: what was signed, how, and what the route asks of the key. */
export interface Claim {
  readonly version: 1 | 2;
  readonly signatureHex: string;
  readonly parts: SignedParts;
  /** Any of these suffices. */
  readonly scopes: readonly Scope[];
}

/** What is said about a key beyond `signature_invalid` is said only where the signature verified. */
export type Verdict =
  | { readonly ok: true; readonly key: FederationKey; readonly secret: LiveSecret }
  | {
      readonly ok: false;
      readonly code: 'key_disabled' | 'key_expired' | 'scope_denied';
      readonly key: FederationKey;
      readonly secret: LiveSecret;
    }
  | { readonly ok: false; readonly code: 'signature_invalid' };

// An unknown key costs the same work as a known one with a wrong signature.
const nobodysSecrets: readonly LiveSecret[] = [
  { version: 0, key: createSecretKey(randomBytes(48)), validUntil: undefined },
];

/** Pure: it looks nothing up and writes nothing. An undefined key is an unknown one. */
export function authenticate(claim: Claim, key: FederationKey | undefined, now: EpochMs): Verdict {
  const secrets = key ? liveSecrets(key, now) : nobodysSecrets;
  const secret = signedBy(secrets, canonicalString(claim.version, claim.parts), claim.signatureHex);
  if (!key || !secret || (claim.version === 1 && key.refusesV1)) return { ok: false, code: 'signature_invalid' };
  if (key.isDisabled) return { ok: false, code: 'key_disabled', key, secret };
  if (key.expiresAt !== undefined && key.expiresAt <= now) return { ok: false, code: 'key_expired', key, secret };
  if (!claim.scopes.some((scope) => key.scopes.has(scope))) return { ok: false, code: 'scope_denied', key, secret };
  return { ok: true, key, secret };
}

function liveSecrets(key: FederationKey, now: EpochMs) {
  return key.secrets.filter(({ validUntil }) => validUntil === undefined || validUntil > now);
}
