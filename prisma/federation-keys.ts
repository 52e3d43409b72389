import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { keyIdPattern, orgIdPattern } from '#domain/ids';
import { hourMs, type EpochMs } from '#domain/instants';
import { appendAsStaff } from './append-as-staff.ts';
import { sealSecret, type Keyring } from './keyring.ts';
import { inTenants } from './pool.ts';

export const keyScopes = ['events', 'usage'] as const;
export type KeyScope = (typeof keyScopes)[number];

export const defaultRatePerS = 100;
export const defaultBurst = 200;
export const defaultOverlapMs = 24 * hourMs;
export const overlapMsMax = 30 * 24 * hourMs;
const rateMax = 1_000_000;

/** Gateways drop what they have cached of a key that is named here. The message is the key id. */
export const keyChannelName = 'federation-keys';

/** What a Redis client offers; its loss only means that a change holds when the caches run out, within 30 s. */
export interface KeyChannel {
  publish(channel: string, message: string): Promise<unknown>;
}

/** Who changes a key, and where the change is made known. */
export interface KeyChange {
  readonly changedBy: string;
  /** Of the member of staff who does it at the portal: then the audit names whom the database finds by it. */
  readonly sessionId?: string | undefined;
  /** Of staff; for the audit. */
  readonly reason?: string | undefined;
  readonly channel?: KeyChannel | undefined;
}

export interface NewKey {
  readonly tenantId: string;
  readonly name?: string | undefined;
  readonly scopes?: readonly KeyScope[] | undefined;
  readonly ratePerS?: number | undefined;
  readonly burst?: number | undefined;
  readonly expiresAt?: EpochMs | undefined;
  readonly refusesV1?: boolean | undefined;
  /** The prefix that tells keys of one environment from those of another. */
  readonly environment?: 'live' | 'dev' | undefined;
  readonly createdBy: string;
  readonly sessionId?: string | undefined;
}

/** The only time a secret is told. */
export interface IssuedKey {
  readonly keyId: string;
  readonly secret: string;
  readonly tenantId: string;
}

/** A change that the state of the keys or its own arguments do not allow; the message is for the person who asked for it. */
export class KeyChangeRefused extends Error {
  override readonly name = 'KeyChangeRefused';
}

/** Makes a key, and its org where that is new. */
export async function createKey(db: pg.Pool, ring: Keyring, key: NewKey): Promise<IssuedKey> {
  const {
    tenantId,
    name = '',
    scopes = keyScopes,
    ratePerS = defaultRatePerS,
    burst = defaultBurst,
    refusesV1 = false,
    createdBy,
  } = key;
  checkNewKey(tenantId, scopes, ratePerS, burst);
  const expiresAt = key.expiresAt === undefined ? undefined : new Date(key.expiresAt).toISOString();
  const keyId = `fk_${key.environment ?? 'dev'}_${randomBytes(16).toString('base64url')}`;
  const secret = newSecret();
  await inTenants(db, [tenantId], async (client) => {
    await client.query('insert into org (id, name) values ($1, $1) on conflict do nothing', [tenantId]);
    await client.query(
      `insert into federation_key (org_id, id, name, scopes, rate_per_s, burst, refuses_v1, expires_at, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [tenantId, keyId, name, scopes, ratePerS, burst, refusesV1, expiresAt, createdBy],
    );
    await insertSecret(client, ring, secret, { orgId: tenantId, keyId, version: 1 });
    const detail = { name, scopes, ratePerS, burst, refusesV1, expiresAt };
    const by = { changedBy: createdBy, sessionId: key.sessionId };
    await audit(client, { orgId: tenantId, keyId }, by, 'created', detail);
  });
  return { keyId, secret, tenantId };
}

/**
 * Gives a key a new secret. The one before it verifies for `overlapMs` longer; an older one ends at once.
 * @param change.overlapMs 24 h unless said, at most 30 days
 * @param change.versionSeen of the secret that it replaces: refused where it was replaced already, so that a rotation told twice is made once
 */
export async function rotateKey(
  db: pg.Pool,
  ring: Keyring,
  keyId: string,
  change: KeyChange & { readonly overlapMs?: number | undefined; readonly versionSeen?: number | undefined },
): Promise<IssuedKey & { readonly previousValidUntil: string }> {
  const { overlapMs = defaultOverlapMs, versionSeen } = change;
  if (!Number.isInteger(overlapMs) || overlapMs < 0 || overlapMs > overlapMsMax)
    throw new KeyChangeRefused('the overlap must be 0 s to 30 days');
  const secret = newSecret();
  return changeKey(db, keyId, change, async (client, orgId) => {
    const { rows } = await client.query<{ version: number; until: Date }>(
      `update federation_secret set valid_until = now() + $3 * interval '1 ms'
        where org_id = $1 and key_id = $2 and valid_until is null
        returning version, valid_until as until`,
      [orgId, keyId, overlapMs],
    );
    const [previous] = rows;
    if (!previous) throw new Error(`${keyId} has no secret`);
    if (versionSeen !== undefined && versionSeen !== previous.version)
      throw new KeyChangeRefused(
        `the key ${keyId} was rotated meanwhile: rotating again would end the secret before at once`,
      );
    await client.query('delete from federation_secret where org_id = $1 and key_id = $2 and version < $3', [
      orgId,
      keyId,
      previous.version,
    ]);
    const version = previous.version + 1;
    const previousValidUntil = previous.until.toISOString();
    await insertSecret(client, ring, secret, { orgId, keyId, version });
    await audit(client, { orgId, keyId }, change, 'rotated', { version, previousValidUntil });
    return { keyId, secret, tenantId: orgId, previousValidUntil };
  });
}

export async function disableKey(db: pg.Pool, keyId: string, change: KeyChange): Promise<void> {
  await changeKey(db, keyId, change, async (client, orgId) => {
    const { rowCount } = await client.query(
      "update federation_key set state = 'disabled', disabled_at = now() where org_id = $1 and id = $2 and state = 'active'",
      [orgId, keyId],
    );
    if (rowCount !== 0) await audit(client, { orgId, keyId }, change, 'disabled');
  });
}

export async function enableKey(db: pg.Pool, keyId: string, change: KeyChange): Promise<void> {
  await changeKey(db, keyId, change, async (client, orgId) => {
    const { rowCount } = await client.query(
      "update federation_key set state = 'active', disabled_at = null where org_id = $1 and id = $2 and state = 'disabled'",
      [orgId, keyId],
    );
    if (rowCount !== 0) await audit(client, { orgId, keyId }, change, 'enabled');
  });
}

/** For ever: the secrets are gone, and the key verifies as one that never was. Its row stays, since events name it. */
export async function deleteKey(db: pg.Pool, keyId: string, change: KeyChange): Promise<void> {
  await changeKey(db, keyId, change, async (client, orgId) => {
    await client.query('delete from federation_secret where org_id = $1 and key_id = $2', [orgId, keyId]);
    await client.query('update federation_key set deleted_at = now() where org_id = $1 and id = $2', [orgId, keyId]);
    await audit(client, { orgId, keyId }, change, 'deleted');
  });
}

/** Runs `work` while nobody else can change the key, and tells the gateways after the commit. */
async function changeKey<T>(
  db: pg.Pool,
  keyId: string,
  { channel }: KeyChange,
  work: (client: pg.PoolClient, orgId: string) => Promise<T>,
): Promise<T> {
  const found = await db.query<{ orgId: string }>('select org_id as "orgId" from federation_key where id = $1', [
    keyId,
  ]);
  const [key] = found.rows;
  if (!keyIdPattern.test(keyId) || !key) throw new KeyChangeRefused(`no key "${keyId}"`);
  const result = await inTenants(db, [key.orgId], async (client) => {
    const live = await client.query(
      'select from federation_key where org_id = $1 and id = $2 and deleted_at is null for update',
      [key.orgId, keyId],
    );
    if (live.rowCount === 0) throw new KeyChangeRefused(`the key ${keyId} is deleted`);
    return work(client, key.orgId);
  });
  await channel?.publish(keyChannelName, keyId).catch(() => undefined);
  return result;
}

async function insertSecret(
  client: pg.PoolClient,
  ring: Keyring,
  secret: string,
  name: { orgId: string; keyId: string; version: number },
) {
  const { kekId, iv, ciphertext, tag } = sealSecret(ring, secret, name);
  await client.query(
    'insert into federation_secret (org_id, key_id, version, kek_id, iv, ciphertext, tag, last_four) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [name.orgId, name.keyId, name.version, kekId, iv, ciphertext, tag, secret.slice(-4)],
  );
}

async function audit(
  client: pg.PoolClient,
  key: { orgId: string; keyId: string },
  { changedBy, sessionId, reason }: KeyChange,
  verb: string,
  detail: object = {},
) {
  const entry = {
    org_id: key.orgId,
    action: `federation_key.${verb}`,
    subject: `federation_key/${key.keyId}`,
    detail: { ...detail, ...(reason !== undefined && { reason }) },
  };
  if (sessionId !== undefined) return appendAsStaff(client, sessionId, [entry]);
  const byName = { ...entry, actor_type: 'system', actor: changedBy };
  await client.query('select append_audit($1)', [JSON.stringify([byName])]);
}

function newSecret() {
  return `fsk_${randomBytes(32).toString('base64url')}`;
}

function checkNewKey(tenantId: string, scopes: readonly KeyScope[], ratePerS: number, burst: number) {
  if (!orgIdPattern.test(tenantId))
    throw new KeyChangeRefused('the tenant must be 1 to 128 of A-Z a-z 0-9 _ . - and begin with a letter or digit');
  if (scopes.length === 0) throw new KeyChangeRefused('a key needs a scope');
  for (const [name, value] of Object.entries({ rate: ratePerS, burst })) {
    if (!Number.isInteger(value) || value < 1 || value > rateMax)
      throw new KeyChangeRefused(`the ${name} must be a whole number from 1 to ${rateMax}`);
  }
}
