import type pg from 'pg';
import { decimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { instantText, msOf } from '../instant-text.ts';
import type { DirtyDay } from './marks.ts';

/** A UTC month of an org. `month` is its first day, as Postgres writes it. */
export interface OrgMonth {
  readonly orgId: string;
  readonly month: string;
}

export interface MonthUse extends OrgMonth {
  readonly end: EpochMs;
  readonly credits: Decimal;
}

/**
 * The rows of days' months by feature and model, computed again from the uses; rows of which no use is left go. Gives what each month used.
 * Key: (org, month, feature, model).
 */
export async function summarizeMonths(
  client: pg.ClientBase,
  days: readonly DirtyDay[],
  at: EpochMs,
): Promise<MonthUse[]> {
  if (days.length === 0) return [];
  const { rows } = await client.query<{ org_id: string; month: string; end_ms: number; credits: string }>({
    name: 'summarize-months',
    text: `with months as materialized (
        select org_id, month, utc_start(month) as from_at, utc_start((month + interval '1 month')::date) as until_at from (
          select distinct d.org_id, date_trunc('month', d.day::timestamp)::date as month from unnest($1::text[], $2::date[]) as d (org_id, day)) m),
      fresh as materialized (
        select m.org_id, m.month, u.feature, coalesce(u.model, '') as model, count(*) as uses, sum(u.credits) as credits,
          coalesce(sum(u.prompt_tokens), 0) as prompt_tokens, coalesce(sum(u.completion_tokens), 0) as completion_tokens
        from months m cross join lateral (
          select * from ai_usage_event where org_id = m.org_id and used_at >= m.from_at and used_at < m.until_at offset 0) u
        group by m.org_id, m.month, u.feature, coalesce(u.model, '')),
      gone as (
        delete from ai_monthly_summary s using months m where s.org_id = m.org_id and s.month = m.month
          and (s.org_id, s.month, s.feature, s.model) not in (select org_id, month, feature, model from fresh)),
      put as (
        insert into ai_monthly_summary as t (org_id, month, feature, model, uses, credits, prompt_tokens, completion_tokens, computed_at)
        select org_id, month, feature, model, uses, credits, prompt_tokens, completion_tokens, $3 from fresh
        on conflict (org_id, month, feature, model) do update set uses = excluded.uses, credits = excluded.credits,
          prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens, computed_at = excluded.computed_at
          where (t.uses, t.credits, t.prompt_tokens, t.completion_tokens) is distinct from
            (excluded.uses, excluded.credits, excluded.prompt_tokens, excluded.completion_tokens))
      select m.org_id, m.month::text, ${msOf('m.until_at')} as end_ms,
        coalesce(sum(f.credits), 0)::text as credits
      from months m left join fresh f on f.org_id = m.org_id and f.month = m.month group by m.org_id, m.month, m.until_at`,
    values: [days.map(({ orgId }) => orgId), days.map(({ day }) => day), instantText(at)],
  });
  return rows.map(({ org_id: orgId, month, end_ms: end, credits }) => ({
    orgId,
    month,
    end,
    credits: decimal(credits),
  }));
}
