import type pg from 'pg';

const listedMax = 1_000;

/** What may be shown of a key: never a secret, sealed or open. */
export interface ListedKey {
  readonly keyId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly state: 'active' | 'disabled' | 'expired' | 'deleted';
  readonly ratePerS: number;
  readonly burst: number;
  readonly refusesV1: boolean;
  readonly expiresAt: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** The current one last; `validUntil` is null for it. */
  readonly secrets: readonly {
    readonly version: number;
    readonly lastFour: string;
    readonly validUntil: string | null;
  }[];
}

/** The newest 1,000 keys, of one tenant or of all. Deleted ones only on demand. */
export async function listKeys(
  db: pg.Pool,
  filter: { readonly tenantId?: string | undefined; readonly deleted?: boolean | undefined } = {},
): Promise<ListedKey[]> {
  const { rows } = await db.query<KeyRow>(
    `select k.id, k.org_id, k.name, k.scopes, k.rate_per_s, k.burst, k.refuses_v1, k.expires_at, k.created_by, k.created_at, k.last_used_at,
        case when k.deleted_at is not null then 'deleted' when k.state = 'disabled' then 'disabled'
          when k.expires_at <= now() then 'expired' else 'active' end as state,
        (select coalesce(json_agg(json_build_object('version', s.version, 'lastFour', s.last_four, 'validUntil', s.valid_until)
          order by s.version), '[]') from federation_secret s where s.org_id = k.org_id and s.key_id = k.id) as secrets
      from federation_key k
      where ($1::text is null or k.org_id = $1) and ($2 or k.deleted_at is null)
      order by k.created_at desc, k.id desc limit $3`,
    [filter.tenantId, filter.deleted ?? false, listedMax],
  );
  return rows.map(listed);
}

interface KeyRow {
  id: string;
  org_id: string;
  name: string;
  scopes: string[];
  state: ListedKey['state'];
  rate_per_s: number;
  burst: number;
  refuses_v1: boolean;
  expires_at: Date | null;
  created_by: string;
  created_at: Date;
  last_used_at: Date | null;
  secrets: ListedKey['secrets'];
}

function listed(row: KeyRow): ListedKey {
  return {
    keyId: row.id,
    tenantId: row.org_id,
    name: row.name,
    scopes: row.scopes,
    state: row.state,
    ratePerS: row.rate_per_s,
    burst: row.burst,
    refusesV1: row.refuses_v1,
    expiresAt: row.expires_at?.toISOString() ?? null,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    // Inside JSON Postgres writes instants in its own form.
    secrets: row.secrets.map((one) => ({
      ...one,
      validUntil: one.validUntil && new Date(one.validUntil).toISOString(),
    })),
  };
}
