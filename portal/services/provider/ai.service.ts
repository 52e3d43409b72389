import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import type { AiFilters } from './ai-list.ts';
import { distinctValues } from './distinct-values.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { bigOf } from './list-page.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

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
  /** Told in `meta` as latencyMs, outcome and requestId. */
  readonly latencyMs: number | undefined;
  readonly outcome: string | undefined;
  readonly requestId: string | undefined;
}

interface Stored {
  readonly latency_ms: string | null;
  readonly outcome: string | null;
  readonly request_id: string | null;
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

export const aiSums = {
  cost: { minor: 't.cost_minor', currency: 't.currency' },
} satisfies Sums;

export const aiSource: ListSource<AiFilters, Stored, AiUse> = {
  table: 'ai_usage_event',
  at: 'used_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, features, models }) => ({ 't.org_id': orgs, 't.feature': features, 't.model': models }),
  where: ({ q, caps, alerts }, bind) => [
    ...(alerts.length === 0 ? [] : [reachedSql(alerts, bind)]),
    ...(caps.length === 1 ? [caps[0] === 'over' ? 't.is_over_cap' : 'not t.is_over_cap'] : []),
    // By id in every org.
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.feature, t.model, trim_scale(t.credits)::text as credits, t.prompt_tokens::text,
    t.completion_tokens::text, t.cost_minor::text, t.currency, t.is_over_cap,
    t.latency_ms::text, t.outcome, meta_word(t.meta, 'requestId') as request_id`,
  joins: 'join org o on o.id = t.org_id',
  sums: aiSums,
  rolledSums: ({ q, orgs, features, models, caps, alerts }) =>
    q === undefined && [features, models, caps, alerts].every((words) => words.length === 0)
      ? { cost: [{ counts: ['ai.credits'], sums: ['ai.cost'], orgs }] }
      : {},
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
    latencyMs: numberOf(stored.latency_ms),
    outcome: stored.outcome ?? undefined,
    requestId: stored.request_id ?? undefined,
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

/** What the filters offer. */
export async function listAiWords(staff: Staff) {
  assertCan(staff, 'ai');
  const { pool } = database();
  const [features, models] = await Promise.all([
    distinctValues(pool, 'ai_usage_event', 'feature'),
    distinctValues(pool, 'ai_usage_event', 'model'),
  ]);
  return { features, models };
}

/** Organisations with an alert of the running month. */
function reachedSql(levels: readonly string[], bind: Bind): string {
  const month = new Date(now()).toISOString().slice(0, 7);
  return `t.org_id in (select a.org_id from ai_alert a where a.month = ${bind(`${month}-01`)}::date and a.level = any (${bind(levels)}::smallint[]))`;
}

function numberOf(text: string | null) {
  return text === null ? undefined : Number(text);
}
