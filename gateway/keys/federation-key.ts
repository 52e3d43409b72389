import { createSecretKey, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { openSecret, type Keyring } from '#prisma/keyring';

/** A key as the gateway uses it: its secrets decrypted once, and what every request would compute anew. */
export interface FederationKey {
  readonly tenantId: string;
  readonly id: string;
  readonly scopes: ReadonlySet<string>;
  readonly isDisabled: boolean;
  readonly expiresAt: EpochMs | undefined;
  readonly refusesV1: boolean;
  readonly secrets: readonly LiveSecret[];
  readonly limit: KeyLimit;
}

export interface LiveSecret {
  readonly version: number;
  readonly key: KeyObject;
  readonly validUntil: EpochMs | undefined;
}

/** The key's token bucket in the terms of the admit script and of the answer's headers. */
export interface KeyLimit {
  readonly intervalUs: string;
  readonly toleranceUs: string;
  readonly policy: string;
}

export interface KeyRow {
  readonly org_id: string;
  readonly id: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly rate_per_s: number;
  readonly burst: number;
  readonly refuses_v1: boolean;
  readonly expires_ms: number | null;
  readonly secrets: readonly SecretRow[];
}

interface SecretRow {
  readonly version: number;
  readonly kekId: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
  readonly validUntilMs: number | null;
}

/** What the store holds of a key; undefined when there is none. */
export async function readKeyRow(db: pg.Pool, keyId: string): Promise<KeyRow | undefined> {
  const { rows } = await db.query<KeyRow>({
    name: 'load-federation-key',
    text: 'select * from load_federation_key($1)',
    values: [keyId],
  });
  return rows[0];
}

/** Opens the live secrets. @throws when one does not open: the key cannot be used, and others can */
export function openKey(row: KeyRow, keyring: Keyring): FederationKey {
  return {
    tenantId: row.org_id,
    id: row.id,
    scopes: new Set(row.scopes),
    isDisabled: row.state !== 'active',
    expiresAt: row.expires_ms ?? undefined,
    refusesV1: row.refuses_v1,
    secrets: row.secrets.map((secret) => openedSecret(row, secret, keyring)),
    limit: limitOf(row.rate_per_s, row.burst),
  };
}

function openedSecret(row: KeyRow, secret: SecretRow, keyring: Keyring): LiveSecret {
  const sealed = {
    kekId: secret.kekId,
    iv: Buffer.from(secret.iv, 'base64'),
    ciphertext: Buffer.from(secret.ciphertext, 'base64'),
    tag: Buffer.from(secret.tag, 'base64'),
  };
  const opened = openSecret(keyring, sealed, { orgId: row.org_id, keyId: row.id, version: secret.version });
  return {
    version: secret.version,
    key: createSecretKey(Buffer.from(opened, 'utf8')),
    validUntil: secret.validUntilMs ?? undefined,
  };
}

function limitOf(ratePerS: number, burst: number): KeyLimit {
  // Whole microseconds keep the script's sums exact.
  const interval = Math.max(1, Math.round(1_000_000 / ratePerS));
  return {
    intervalUs: String(interval),
    toleranceUs: String(burst * interval),
    policy: `"key";q=${burst};w=${Math.ceil(burst / ratePerS)}`,
  };
}
