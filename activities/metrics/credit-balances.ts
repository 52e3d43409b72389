import type pg from 'pg';
import { balanceAt, balanceDifference, type CreditBalance, type CreditGrant } from '#domain/billing/credits';
import { decimal, formatDecimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { groupBy } from '../billing/group-by.ts';
import { instantText } from '../instant-text.ts';

/** A stored balance that is not what it can be computed to as of the instant it was stored for, though nothing was marked since. */
export interface BalanceMismatch {
  readonly orgId: string;
  readonly at: EpochMs;
  readonly stored: Decimal;
  readonly computed: Decimal;
}

interface Stored {
  readonly orgId: string;
  readonly remaining: Decimal;
  readonly at: EpochMs;
}

/**
 * Computes the balances of orgs with grants again and stores them, after a look at what was stored: a difference that no mark explains is a
 * mismatch. Key: org.
 * @param explained orgs whose grants or uses have changed since
 */
export async function rollBalances(
  client: pg.ClientBase,
  orgIds: readonly string[],
  explained: ReadonlySet<string>,
  at: EpochMs,
): Promise<BalanceMismatch[]> {
  const grants = groupBy(await loadGrants(client, orgIds), ({ orgId }) => orgId);
  const stored = await loadStored(client, orgIds);
  const unexplained = stored.filter(({ orgId }) => !explained.has(orgId));
  const then = await balancesOf(client, grants, unexplained);
  const mismatches = unexplained.flatMap(({ orgId, remaining, at: storedAt }) => {
    const balance = then.get(orgId);
    if (!balance || balanceDifference(remaining, balance).units === 0n) return [];
    return [{ orgId, at: storedAt, stored: remaining, computed: balance.remaining }];
  });
  const held = new Set([...grants.keys(), ...stored.map(({ orgId }) => orgId)]);
  const now = [...held].map((orgId) => ({ orgId, at }));
  await writeBalances(client, await balancesOf(client, grants, now), at);
  return mismatches;
}

export function mismatchEntries(mismatches: readonly BalanceMismatch[], actor: string) {
  return mismatches.map(({ orgId, at, stored, computed }) => ({
    org_id: orgId,
    actor_type: 'system',
    actor,
    action: 'credits.mismatch',
    subject: 'credits/balance',
    outcome: 'mismatch',
    detail: { at: instantText(at), stored: formatDecimal(stored), computed: formatDecimal(computed) },
  }));
}

interface OrgGrant extends CreditGrant {
  readonly orgId: string;
}

interface GrantRow {
  org_id: string;
  id: string;
  priority: number;
  credits: string;
  granted_ms: number;
  expires_ms: number | null;
}

async function loadGrants(client: pg.ClientBase, orgIds: readonly string[]): Promise<OrgGrant[]> {
  const { rows } = await client.query<GrantRow>({
    name: 'grants-of-balances',
    text: `select org_id, source || '/' || id as id, priority, credits, (extract(epoch from granted_at) * 1000)::float8 as granted_ms,
        (extract(epoch from expires_at) * 1000)::float8 as expires_ms from credit_grant where org_id = any ($1)`,
    values: [orgIds],
  });
  return rows.map(({ org_id: orgId, id, priority, credits, granted_ms: grantedAt, expires_ms }) => ({
    orgId,
    id,
    priority,
    credits: decimal(credits),
    grantedAt,
    expiresAt: expires_ms ?? undefined,
  }));
}

async function loadStored(client: pg.ClientBase, orgIds: readonly string[]): Promise<Stored[]> {
  const { rows } = await client.query<{ org_id: string; remaining: string; computed_ms: number }>({
    name: 'load-balances',
    text: `select org_id, remaining, (extract(epoch from computed_at) * 1000)::float8 as computed_ms from credit_balance where org_id = any ($1)`,
    values: [orgIds],
  });
  return rows.map(({ org_id: orgId, remaining, computed_ms: at }) => ({ orgId, remaining: decimal(remaining), at }));
}

/**
 * Uses between two instants at which no grant begins or ends burn from the same grants, one after another, so their sum burns as they do:
 * the uses of an org come as one sum per such span.
 */
async function balancesOf(
  client: pg.ClientBase,
  grants: ReadonlyMap<string, readonly OrgGrant[]>,
  wanted: readonly { readonly orgId: string; readonly at: EpochMs }[],
): Promise<Map<string, CreditBalance>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ org_id: string; span: number; used_ms: number; credits: string }>({
    name: 'load-spans-of-use',
    text: `select w.org_id, width_bucket(u.used_at, w.bounds) as span, (extract(epoch from min(u.used_at)) * 1000)::float8 as used_ms,
        sum(u.credits)::text as credits
      from json_to_recordset($1) as w (org_id text, at timestamptz, bounds timestamptz[])
      join ai_usage_event u on u.org_id = w.org_id and u.used_at <= w.at group by w.org_id, span`,
    values: [
      JSON.stringify(
        wanted.map(({ orgId, at }) => ({
          org_id: orgId,
          at: instantText(at),
          bounds: boundsOf(grants.get(orgId) ?? []).map(instantText),
        })),
      ),
    ],
  });
  const spans = groupBy(rows, ({ org_id }) => org_id);
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

async function writeBalances(client: pg.ClientBase, balances: ReadonlyMap<string, CreditBalance>, at: EpochMs) {
  const rows = [...balances].map(([orgId, { granted, used, expired, remaining, overage }]) => ({
    org_id: orgId,
    granted: formatDecimal(granted),
    used: formatDecimal(used),
    expired: formatDecimal(expired),
    remaining: formatDecimal(remaining),
    overage: formatDecimal(overage),
    computed_at: instantText(at),
  }));
  await client.query({
    name: 'write-balances',
    text: `insert into credit_balance (org_id, granted, used, expired, remaining, overage, computed_at)
      select org_id, granted, used, expired, remaining, overage, computed_at from json_populate_recordset(null::credit_balance, $1)
      on conflict (org_id) do update set granted = excluded.granted, used = excluded.used, expired = excluded.expired,
        remaining = excluded.remaining, overage = excluded.overage, computed_at = excluded.computed_at`,
    values: [JSON.stringify(rows)],
  });
}
