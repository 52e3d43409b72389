import type pg from 'pg';
import { balanceAt, type CreditBalance, type CreditGrant } from '#domain/billing/credits';
import { decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';

export interface OrgGrant extends CreditGrant {
  readonly orgId: string;
  readonly source: string;
}

interface GrantRow {
  org_id: string;
  source: string;
  id: string;
  priority: number;
  credits: string;
  granted_ms: number;
  expires_ms: number | null;
}

/** By org, as the portal or as a worker that speaks for these orgs. */
export async function readGrants(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
): Promise<Map<string, OrgGrant[]>> {
  const { rows } = await db.query<GrantRow>({
    name: 'grants-of-balances',
    text: `select org_id, source, source || '/' || id as id, priority, credits, (extract(epoch from granted_at) * 1000)::float8 as granted_ms,
        (extract(epoch from expires_at) * 1000)::float8 as expires_ms from credit_grant where org_id = any ($1)`,
    values: [orgIds],
  });
  const grants = new Map<string, OrgGrant[]>();
  for (const { org_id: orgId, source, id, priority, credits, granted_ms: grantedAt, expires_ms } of rows) {
    const grant = {
      orgId,
      source,
      id,
      priority,
      credits: decimal(credits),
      grantedAt,
      expiresAt: expires_ms ?? undefined,
    };
    grants.set(orgId, [...(grants.get(orgId) ?? []), grant]);
  }
  return grants;
}

/**
 * What credits of orgs come to, from grants and uses alone. Uses between two instants at which no grant begins or ends burn from the same grants,
 * one after another, so their sum burns as they do: the uses of an org come as one sum per such span.
 */
export async function computeBalances(
  db: pg.Pool | pg.ClientBase,
  grants: ReadonlyMap<string, readonly OrgGrant[]>,
  wanted: readonly { readonly orgId: string; readonly at: EpochMs }[],
): Promise<Map<string, CreditBalance>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await db.query<{ org_id: string; span: number; used_ms: number; credits: string }>({
    name: 'load-spans-of-use',
    text: `select w.org_id, width_bucket(u.used_at, w.bounds) as span, (extract(epoch from min(u.used_at)) * 1000)::float8 as used_ms,
        sum(u.credits)::text as credits
      from json_to_recordset($1) as w (org_id text, at timestamptz, bounds timestamptz[])
      join ai_usage_event u on u.org_id = w.org_id and u.used_at <= w.at group by w.org_id, span`,
    values: [
      JSON.stringify(
        wanted.map(({ orgId, at }) => ({
          org_id: orgId,
          at: new Date(at).toISOString(),
          bounds: boundsOf(grants.get(orgId) ?? []).map((bound) => new Date(bound).toISOString()),
        })),
      ),
    ],
  });
  const spans = new Map<string, typeof rows>();
  for (const row of rows) spans.set(row.org_id, [...(spans.get(row.org_id) ?? []), row]);
  return new Map(
    wanted.map(({ orgId, at }) => {
      const uses = (spans.get(orgId) ?? []).map(({ span, used_ms: usedAt, credits }) => ({
        id: `span-${span}`,
        credits: decimal(credits),
        usedAt,
      }));
      return [orgId, balanceAt(grants.get(orgId) ?? [], uses, at)];
    }),
  );
}

function boundsOf(grants: readonly OrgGrant[]): EpochMs[] {
  const bounds = grants.flatMap(({ grantedAt, expiresAt }) => [
    grantedAt,
    ...(expiresAt === undefined ? [] : [expiresAt]),
  ]);
  return [...new Set(bounds)].toSorted((a, b) => a - b);
}
