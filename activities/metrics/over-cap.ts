import type pg from 'pg';
import { isCapReached, usesOverCap, type Allowance } from '#domain/billing/allowance';
import type { CreditUse } from '#domain/billing/credits';
import { decimal } from '#domain/decimal';
import { groupBy } from '../billing/group-by.ts';
import { msOf } from '../instant-text.ts';
import type { MonthUse, OrgMonth } from './ai-summaries.ts';
import type { DirtyDay } from './marks.ts';

/** A month that was used, with the allowance that holds for it. */
export interface AllowedMonth extends MonthUse {
  readonly allowance: Allowance | undefined;
}

// Bounds in a table of their own, and what is looked up by them fenced: behind row-level security an index is searched by plain comparisons
// only, and no plan made for small tables may turn the order round.
const monthBounds = `months as materialized (
        select org_id, month, utc_start(month) as from_at, utc_start((month + interval '1 month')::date) as until_at
        from unnest($1::text[], $2::date[]) as m (org_id, month))`;

const usesOfMonth =
  'select * from ai_usage_event where org_id = m.org_id and used_at >= m.from_at and used_at < m.until_at offset 0';

/** Marks the uses of months that are over a hard cap, and takes the mark off those that are no longer. Gives the days that changed. */
export async function markOverCap(client: pg.ClientBase, months: readonly AllowedMonth[]): Promise<DirtyDay[]> {
  if (months.length === 0) return [];
  const capped = months.filter(({ credits, allowance }) => isCapReached(credits, allowance));
  const uses = groupBy(await loadUses(client, capped), nameOf);
  const over = capped.flatMap((month) => {
    const ids = usesOverCap(uses.get(nameOf(month)) ?? [], month.allowance);
    return ids.map((id) => ({ orgId: month.orgId, id }));
  });
  const { rows } = await client.query<{ org_id: string; day: string }>({
    name: 'mark-over-cap',
    text: `with ${monthBounds},
      over as materialized (select * from unnest($3::text[], $4::text[]) as o (org_id, id)),
      changed as (
        update ai_usage_event u set is_over_cap = not u.is_over_cap from months m cross join lateral (${usesOfMonth}) o
        where u.org_id = o.org_id and u.id = o.id and u.is_over_cap <> ((o.org_id, o.id) in (select org_id, id from over))
        returning u.org_id, u.used_at)
      select distinct org_id, ((used_at at time zone 'UTC')::date)::text as day from changed`,
    values: [
      months.map(({ orgId }) => orgId),
      months.map(({ month }) => month),
      over.map(({ orgId }) => orgId),
      over.map(({ id }) => id),
    ],
  });
  return rows.map(({ org_id: orgId, day }) => ({ orgId, topic: 'ai', day }));
}

interface MonthsUse extends CreditUse, OrgMonth {}

async function loadUses(client: pg.ClientBase, months: readonly OrgMonth[]): Promise<MonthsUse[]> {
  if (months.length === 0) return [];
  const { rows } = await client.query<{ org_id: string; month: string; id: string; credits: string; used_ms: number }>({
    name: 'load-month-uses',
    text: `with ${monthBounds}
      select m.org_id, m.month::text, u.id, u.credits, ${msOf('u.used_at')} as used_ms
      from months m cross join lateral (${usesOfMonth}) u`,
    values: [months.map(({ orgId }) => orgId), months.map(({ month }) => month)],
  });
  return rows.map(({ org_id: orgId, month, id, credits, used_ms: usedAt }) => ({
    orgId,
    month,
    id,
    credits: decimal(credits),
    usedAt,
  }));
}

function nameOf({ orgId, month }: OrgMonth): string {
  return `${month} ${orgId}`;
}
