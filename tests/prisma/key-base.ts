import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { createKey } from '#prisma/federation-keys';
import { openSecret, parseKeyring, type Keyring, type SealedSecret } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';

export const newEntry = (kekId: string) => `${kekId}:${randomBytes(32).toString('base64url')}`;
export const entry = newEntry('k1');
export const ring = parseKeyring(entry);
export const change = { changedBy: 'cli' };

export interface KeyBase {
  readonly db: pg.Pool;
  readonly admin: pg.Pool;
  make(): ReturnType<typeof createKey>;
  sealedOf(keyId: string): Promise<(SealedSecret & { version: number; isCurrent: boolean })[]>;
  secretsOf(
    keyId: string,
    orgId: string,
    opener?: Keyring,
  ): Promise<{ version: number; secret: string; isCurrent: boolean }[]>;
  actionsOf(tenantId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A database of its own with keys in it: `db` as the keys' command sees it, `admin` past all policies. */
export async function openKeyBase(): Promise<KeyBase> {
  const database = await createDatabase();
  const db = createPool({ url: database.url, role: 'migrator', max: 4, applicationName: 'test' });
  const admin = openAdmin(database.url, 2);
  const sealedOf = async (keyId: string) => {
    const { rows } = await admin.query<SealedSecret & { version: number; isCurrent: boolean }>(
      'select kek_id as "kekId", iv, ciphertext, tag, version, valid_until is null as "isCurrent" from federation_secret where key_id = $1 order by version',
      [keyId],
    );
    return rows;
  };
  return {
    db,
    admin,
    sealedOf,
    make: () => createKey(db, ring, { tenantId: newTenant(), createdBy: 'cli' }),
    async secretsOf(keyId, orgId, opener = ring) {
      const rows = await sealedOf(keyId);
      return rows.map((row) => ({
        version: row.version,
        secret: openSecret(opener, row, { orgId, keyId, version: row.version }),
        isCurrent: row.isCurrent,
      }));
    },
    async actionsOf(tenantId) {
      const { rows } = await admin.query<{ action: string }>(
        'select action from audit_log where org_id = $1 order by seq',
        [tenantId],
      );
      return rows.map(({ action }) => action.replace('federation_key.', ''));
    },
    async close() {
      await Promise.all([db.end(), admin.end()]);
      await database.drop();
    },
  };
}

export function newTenant(): string {
  return `org-${randomBytes(5).toString('hex')}`;
}
