import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import type { AiFilters } from './ai-list.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

export interface AiUse {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly feature: string;
  readonly model: string | undefined;
  readonly credits: string;
  readonly promptTokens: bigint | undefined;
  readonly completionTokens: bigint | undefined;
  readonly costMinor: bigint | undefined;
  readonly currency: string | undefined;
  readonly isOverCap: boolean;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly feature: string;
  readonly model: string | null;
  readonly credits: string;
  readonly prompt_tokens: string | null;
  readonly completion_tokens: string | null;
  readonly cost_minor: string | null;
  readonly currency: string | null;
  readonly is_over_cap: boolean;
}

export const aiSource: ListSource<AiFilters, Stored, AiUse> = {
  table: 'ai_usage_event',
  at: 'used_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, features }) => ({ 't.org_id': orgs, 't.feature': features }),
  where: ({ q, caps }, bind) => [
    ...(caps.length === 1 ? [caps[0] === 'over' ? 't.is_over_cap' : 'not t.is_over_cap'] : []),
    // By id in every org.
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.feature, t.model, trim_scale(t.credits)::text as credits, t.prompt_tokens::text,
    t.completion_tokens::text, t.cost_minor::text, t.currency, t.is_over_cap`,
  joins: 'join org o on o.id = t.org_id',
  rowOf: (stored, key) => ({
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    feature: stored.feature,
    model: stored.model ?? undefined,
    credits: stored.credits,
    promptTokens: bigOf(stored.prompt_tokens),
    completionTokens: bigOf(stored.completion_tokens),
    costMinor: bigOf(stored.cost_minor),
    currency: stored.currency ?? undefined,
    isOverCap: stored.is_over_cap,
  }),
};

export async function listAiUses(staff: Staff, query: ListQuery<AiFilters>): Promise<Page<AiUse>> {
  assertCan(staff, 'ai');
  return readList(database().pool, aiSource, query);
}

export async function getAiUse(
  staff: Staff,
  id: string,
): Promise<(AiUse & { readonly entity: EntityDetail }) | undefined> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const row = await readOne(pool, aiSource, id);
  if (!row) return undefined;
  const entity = { org: row.org.id, id: row.id, table: 'ai_usage_event', kind: 'ai_usage' } as const;
  return { ...row, entity: await readEntity(pool, entity) };
}

/** What the feature filter offers. */
export async function listFeatures(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'ai');
  return distinctValues(database().pool, 'ai_usage_event', 'feature');
}

export interface AiSummary {
  readonly uses: ListFigure;
  /** Sums in millionths of a credit. */
  readonly credits: ListFigure;
  readonly cost: ListFigure;
  readonly overCap: ListFigure;
}

export async function summarizeAi(staff: Staff, { filters }: ListQuery<AiFilters>, window: Window): Promise<AiSummary> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const figure = (minor: string, currency: string, changes: Partial<AiFilters> = {}) =>
    readFigure(pool, aiSource, { ...filters, ...changes }, window, { minor, currency });
  const credits = 'round(t.credits * 1000000)';
  const [cost, inCredits, overCap] = await Promise.all([
    figure('t.cost_minor', 't.currency'),
    figure(credits, `'XXX'`),
    figure(credits, `'XXX'`, { caps: ['over'] }),
  ]);
  return { uses: inCredits, credits: inCredits, cost, overCap };
}

export interface FeatureUse {
  readonly feature: string;
  readonly uses: number;
  readonly credits: string;
}

export interface AiStanding {
  readonly org: { readonly id: string; readonly name: string };
  readonly granted: string;
  readonly used: string;
  readonly expired: string;
  readonly remaining: string;
  readonly overage: string;
  /** The highest level of the month's allowance that was reached. */
  readonly level: number | undefined;
}

const standingsMax = 10;

/** The month of an instant by feature, as the roll-up has it. */
export async function listFeatureUse(staff: Staff, at: number): Promise<readonly FeatureUse[]> {
  assertCan(staff, 'ai');
  const { rows } = await database().pool.query<{ feature: string; uses: string; credits: string }>(
    `select feature, sum(uses)::text as uses, trim_scale(sum(credits))::text as credits from ai_monthly_summary
     where month = date_trunc('month', $1::timestamptz at time zone 'UTC')::date group by feature order by sum(credits) desc, feature`,
    [new Date(at)],
  );
  return rows.map(({ feature, uses, credits }) => ({ feature, uses: Number(uses), credits }));
}

/** Organisations nearest to the end of their credits: those that reached a level first. */
export async function listStandings(staff: Staff, at: number): Promise<readonly AiStanding[]> {
  assertCan(staff, 'ai');
  const { rows } = await database().pool.query<{
    org_id: string;
    org_name: string;
    granted: string;
    used: string;
    expired: string;
    remaining: string;
    overage: string;
    level: number | null;
  }>(
    `select b.org_id, o.name as org_name, trim_scale(b.granted)::text as granted, trim_scale(b.used)::text as used,
       trim_scale(b.expired)::text as expired, trim_scale(b.remaining)::text as remaining, trim_scale(b.overage)::text as overage, a.level
     from credit_balance b join org o on o.id = b.org_id
     left join lateral (select max(level) as level from ai_alert a where a.org_id = b.org_id
       and a.month = date_trunc('month', $1::timestamptz at time zone 'UTC')::date) a on true
     order by a.level desc nulls last, b.overage desc, b.remaining, b.org_id limit ${standingsMax}`,
    [new Date(at)],
  );
  return rows.map(({ org_id: id, org_name: name, level, ...amounts }) => ({
    ...amounts,
    org: { id, name },
    level: level ?? undefined,
  }));
}

function bigOf(text: string | null) {
  return text === null ? undefined : BigInt(text);
}
