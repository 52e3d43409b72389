import type pg from 'pg';
import { balanceDifference, type CreditBalance } from '#domain/billing/credits';
import { decimal, formatDecimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { computeBalances, readGrants } from '#prisma/credit-balances';
import { instantText, msOf } from '../instant-text.ts';

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
  const grants = await readGrants(client, orgIds);
  const stored = await loadStored(client, orgIds);
  const unexplained = stored.filter(({ orgId }) => !explained.has(orgId));
  const then = await computeBalances(client, grants, unexplained);
  const mismatches = unexplained.flatMap(({ orgId, remaining, at: storedAt }) => {
    const balance = then.get(orgId);
    if (!balance || balanceDifference(remaining, balance).units === 0n) return [];
    return [{ orgId, at: storedAt, stored: remaining, computed: balance.remaining }];
  });
  const held = new Set([...grants.keys(), ...stored.map(({ orgId }) => orgId)]);
  const now = [...held].map((orgId) => ({ orgId, at }));
  await writeBalances(client, await computeBalances(client, grants, now), at);
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

async function loadStored(client: pg.ClientBase, orgIds: readonly string[]): Promise<Stored[]> {
  const { rows } = await client.query<{ org_id: string; remaining: string; computed_ms: number }>({
    name: 'load-balances',
    text: `select org_id, remaining, ${msOf('computed_at')} as computed_ms from credit_balance where org_id = any ($1)`,
    values: [orgIds],
  });
  return rows.map(({ org_id: orgId, remaining, computed_ms: at }) => ({ orgId, remaining: decimal(remaining), at }));
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
