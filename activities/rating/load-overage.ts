import type pg from 'pg';
import type { PeriodUsage } from '#domain/billing/aggregation';
import { balanceAt, type CreditGrant, type CreditUse } from '#domain/billing/credits';
import { holds, type Period } from '#domain/billing/periods';
import { decimal, sum } from '#domain/decimal';
import { textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import type { OrgTerms } from '../billing/load-terms.ts';
import { msOf } from '../instant-text.ts';
import { nothingUsed } from './load-usage.ts';

interface OveragePeriod {
  readonly terms: OrgTerms;
  readonly period: Period;
}

interface GrantRow {
  org_id: string;
  source: string;
  id: string;
  priority: number;
  credits: string;
  granted_at: number;
  expires_at: number | null;
}

interface UseRow {
  org_id: string;
  id: string;
  credits: string;
  used_at: number;
}

/**
 * The credits used in each period that no grant covered. What a use burns depends on all uses before it, so these are read, for orgs whose
 * plan charges overage alone. Uses are told without an arrival of their own: all are in time.
 */
export async function loadOverage<T extends OveragePeriod>(
  client: pg.ClientBase,
  wanted: readonly T[],
): Promise<Map<T, PeriodUsage>> {
  if (wanted.length === 0) return new Map();
  const orgIds = [...new Set(wanted.map(({ terms }) => terms.orgId))];
  const until = Math.max(...wanted.map(({ period }) => period.end));
  const grants = await loadGrants(client, orgIds);
  const uses = await loadUses(client, orgIds, until);
  const byOrg = groupBy(wanted, ({ terms }) => terms.orgId);
  return new Map(
    [...byOrg].flatMap(([orgId, periods]) => {
      const own = uses.get(orgId) ?? [];
      const { overages } = balanceAt(grants.get(orgId) ?? [], own, until);
      const at = new Map(own.map(({ id, usedAt }) => [id, usedAt]));
      const over = overages.map(({ id, credits }) => ({ credits, usedAt: at.get(id) ?? Number.NaN }));
      return periods.map((one) => [one, usageIn(one.period, over)] as const);
    }),
  );
}

function usageIn(period: Period, overages: readonly Pick<CreditUse, 'credits' | 'usedAt'>[]): PeriodUsage {
  const own = overages.filter(({ usedAt }) => holds(period, usedAt));
  if (own.length === 0) return nothingUsed;
  const quantity = sum(own.map(({ credits }) => credits));
  const instants = own.map(({ usedAt }) => usedAt);
  const firstStart = instants.reduce((a, b) => Math.min(a, b));
  const lastEnd = instants.reduce((a, b) => Math.max(a, b));
  return { inTimeQuantity: quantity, quantity, inTimeWindows: { rows: own.length, firstStart, lastEnd } };
}

async function loadGrants(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, CreditGrant[]>> {
  const { rows } = await client.query<GrantRow>({
    name: 'load-grants',
    text: `select org_id, source, id, priority, credits, ${msOf('granted_at')} as granted_at,
        ${msOf('expires_at')} as expires_at
      from credit_grant where org_id = any($1)`,
    values: [textArray(orgIds)],
  });
  return new Map([...groupBy(rows, ({ org_id }) => org_id)].map(([orgId, own]) => [orgId, own.map(grantOf)]));
}

async function loadUses(client: pg.ClientBase, orgIds: readonly string[], until: number) {
  const { rows } = await client.query<UseRow>({
    name: 'load-uses',
    text: `select org_id, id, credits, ${msOf('used_at')} as used_at from ai_usage_event
      where org_id = any($1) and used_at < to_timestamp($2 / 1000.0::float8)`,
    values: [textArray(orgIds), until],
  });
  return new Map([...groupBy(rows, ({ org_id }) => org_id)].map(([orgId, own]) => [orgId, own.map(useOf)]));
}

function grantOf({ source, id, priority, credits, granted_at, expires_at }: GrantRow): CreditGrant {
  return {
    id: `${source}:${id}`,
    priority,
    credits: decimal(credits),
    grantedAt: Math.round(granted_at),
    expiresAt: expires_at === null ? undefined : Math.round(expires_at),
  };
}

function useOf({ id, credits, used_at }: UseRow): CreditUse {
  return { id, credits: decimal(credits), usedAt: Math.round(used_at) };
}
