import type pg from 'pg';
import type { PeriodUsage, Windows } from '#domain/billing/aggregation';
import { balanceAt, type CreditGrant, type CreditUse } from '#domain/billing/credits';
import { graceEndOf, holds, type Period } from '#domain/billing/periods';
import { compare, decimal, sum, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import type { OrgTerms } from '../billing/load-terms.ts';
import { instantText, msOf } from '../instant-text.ts';

interface OveragePeriod {
  readonly terms: OrgTerms;
  readonly period: Period;
  readonly graceHours: number;
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
 * plan charges overage alone. What came in time is what would be over without the uses that came after the period's grace.
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
  const late = await loadLate(client, wanted);
  const byOrg = groupBy(wanted, ({ terms }) => terms.orgId);
  return new Map(
    [...byOrg].flatMap(([orgId, periods]) => {
      const own = uses.get(orgId) ?? [];
      const overOf = (some: readonly CreditUse[]) => overIn(grants.get(orgId) ?? [], some, until);
      const all = overOf(own);
      return periods.map((one) => {
        const came = late.get(one);
        const isLate = ({ id }: CreditUse) => came?.has(id) ?? false;
        const inTime = came ? overOf(own.filter((use) => !isLate(use))) : all;
        return [one, usageIn(one.period, all, inTime, own.filter(isLate))] as const;
      });
    }),
  );
}

/** Uses with what of each no grant covered. */
function overIn(grants: readonly CreditGrant[], uses: readonly CreditUse[], until: EpochMs): CreditUse[] {
  const at = new Map(uses.map(({ id, usedAt }) => [id, usedAt]));
  const { overages } = balanceAt(grants, uses, until);
  return overages.map(({ id, credits }) => ({ id, credits, usedAt: at.get(id) ?? Number.NaN }));
}

function usageIn(
  period: Period,
  all: readonly CreditUse[],
  inTime: readonly CreditUse[],
  late: readonly CreditUse[],
): PeriodUsage {
  const within = (uses: readonly CreditUse[]) => uses.filter(({ usedAt }) => holds(period, usedAt));
  const own = within(inTime);
  const [quantity, inTimeQuantity] = [creditsOf(within(all)), creditsOf(own)];
  const hasLate = compare(quantity, inTimeQuantity) !== 0;
  return {
    inTimeQuantity,
    quantity,
    inTimeWindows: windowsOf(own),
    lateWindows: hasLate ? windowsOf(within(late)) : undefined,
  };
}

function creditsOf(uses: readonly CreditUse[]): Decimal {
  return sum(uses.map(({ credits }) => credits));
}

function windowsOf(uses: readonly CreditUse[]): Windows | undefined {
  if (uses.length === 0) return undefined;
  const instants = uses.map(({ usedAt }) => usedAt);
  const firstStart = instants.reduce((a, b) => Math.min(a, b));
  const lastEnd = instants.reduce((a, b) => Math.max(a, b));
  return { rows: uses.length, firstStart, lastEnd };
}

/** Of each period the uses that were first told after its grace. */
async function loadLate<T extends OveragePeriod>(
  client: pg.ClientBase,
  wanted: readonly T[],
): Promise<Map<T, Set<string>>> {
  const { rows } = await client.query<{ n: number; id: string }>({
    name: 'late-uses',
    text: `select distinct w.n, a.entity_id as id from json_to_recordset($1) as w(n int, org_id text, late_from timestamptz)
      cross join lateral (select e.id from event e where e.org_id = w.org_id and e.received_at >= w.late_from and e.type = 'ai.used' offset 0) e
      join activity a on a.org_id = w.org_id and a.event_id = e.id and a.entity_kind = 'ai_usage'
      where not exists (select from activity b join event f on f.org_id = b.org_id and f.id = b.event_id
        where b.org_id = w.org_id and b.entity_kind = a.entity_kind and b.entity_id = a.entity_id and f.received_at < w.late_from)`,
    values: [
      JSON.stringify(
        wanted.map(({ terms, period, graceHours }, n) => ({
          n,
          org_id: terms.orgId,
          late_from: instantText(graceEndOf(period, graceHours)),
        })),
      ),
    ],
  });
  const ids = groupBy(rows, ({ n }) => n);
  return new Map(
    wanted.flatMap((one, n) => {
      const own = ids.get(n);
      return own ? [[one, new Set(own.map(({ id }) => id))] as const] : [];
    }),
  );
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
