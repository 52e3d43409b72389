import type pg from 'pg';
import { openSecret, sealSecret, type Keyring, type SealedSecret } from './keyring.ts';
import { inTenants } from './pool.ts';

/** Keys that are read at once; there may be any number of them. */
const pageSize = 100;

interface KeyPlace {
  readonly orgId: string;
  readonly keyId: string;
}

/**
 * Seals every secret anew that is not under the ring's first key, so that the others can leave the ring. The secrets stay the
 * same and verify throughout; it may be stopped and run again at any point.
 * @returns how many secrets it sealed anew
 */
export async function rewrapSecrets(db: pg.Pool, ring: Keyring, changedBy: string): Promise<number> {
  let rewrapped = 0;
  let last: KeyPlace = { orgId: '', keyId: '' };
  for (;;) {
    const page = await keysUnderOthers(db, ring, last);
    for (const place of page) rewrapped += await rewrapKey(db, ring, place, changedBy);
    const end = page.at(-1);
    if (!end) return rewrapped;
    last = end;
  }
}

async function keysUnderOthers(db: pg.Pool, ring: Keyring, after: KeyPlace): Promise<KeyPlace[]> {
  const { rows } = await db.query<KeyPlace>(
    `select distinct org_id as "orgId", key_id as "keyId" from federation_secret
      where kek_id <> $1 and (org_id, key_id) > ($2, $3) order by 1, 2 limit ${pageSize}`,
    [ring.writes, after.orgId, after.keyId],
  );
  return rows;
}

async function rewrapKey(db: pg.Pool, ring: Keyring, { orgId, keyId }: KeyPlace, changedBy: string): Promise<number> {
  return inTenants(db, [orgId], async (client) => {
    // The key first, as every change of a key does: a rotation beside this one waits.
    await client.query('select from federation_key where org_id = $1 and id = $2 for update', [orgId, keyId]);
    const { rows } = await client.query<SealedSecret & { version: number }>(
      `select version, kek_id as "kekId", iv, ciphertext, tag from federation_secret
        where org_id = $1 and key_id = $2 and kek_id <> $3 order by version`,
      [orgId, keyId, ring.writes],
    );
    for (const { version, ...sealed } of rows) {
      const name = { orgId, keyId, version };
      const { kekId, iv, ciphertext, tag } = sealSecret(ring, openSecret(ring, sealed, name), name);
      await client.query(
        'update federation_secret set kek_id = $4, iv = $5, ciphertext = $6, tag = $7 where org_id = $1 and key_id = $2 and version = $3',
        [orgId, keyId, version, kekId, iv, ciphertext, tag],
      );
    }
    if (rows.length > 0) await audit(client, { orgId, keyId }, changedBy, rows, ring.writes);
    return rows.length;
  });
}

async function audit(
  client: pg.PoolClient,
  place: KeyPlace,
  actor: string,
  from: readonly { version: number; kekId: string }[],
  to: string,
) {
  const detail = { to, secrets: from.map(({ version, kekId }) => ({ version, from: kekId })) };
  const entry = {
    org_id: place.orgId,
    actor_type: 'system',
    actor,
    action: 'federation_key.rewrapped',
    subject: `federation_key/${place.keyId}`,
    detail,
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}
