import { utcMonthAfter } from '#domain/billing/periods';
import { ratio, type Ratio } from '#domain/billing/ratios';
import type { EpochMs } from '#domain/instants';
import type { Readable } from './metric-reads.ts';

interface Asked {
  readonly currency: string;
  /** First days of UTC months one after another, the last of which may be under way. */
  readonly months: readonly string[];
  /** With how many months before each is compared. */
  readonly back: number;
  readonly asOf: EpochMs;
  readonly orgIds?: readonly string[] | undefined;
}

/** Undefined where there was no MRR at the start. */
export interface Retention {
  readonly net: Ratio | undefined;
  readonly gross: Ratio | undefined;
}

interface RetentionRow {
  before: string;
  expanded: string;
  lost: string;
}

/**
 * Of the MRR so many months before each month what was left of it at its end, or is by now, as `readMrrFigures` says of each by itself. What orgs moved is
 * read once for all of them.
 */
export async function readMrrRetention(db: Readable, asked: Asked): Promise<readonly Retention[]> {
  const { currency, months, back, asOf, orgIds } = asked;
  const from = months.map((month) => `${utcMonthAfter(month.slice(0, 7), -back)}-01`);
  const only = orgIds ? 'and org_id = any ($5)' : '';
  const { rows } = await db.query<RetentionRow>({
    name: orgIds ? 'mrr-retention-of-orgs' : 'mrr-retention',
    text: `with span as (select * from unnest($2::date[], $3::date[]) with ordinality s (from_month, last_month, n)),
      running as (select max(last_month) as month, min(from_month) as first from span),
      moved as materialized (
        select org_id, month, expansion_minor as expanded, contraction_minor + churn_minor as lost
          from mrr_month where currency = $1 and month >= (select first from running) and month < (select month from running) ${only}
        union all
        select org_id, (select month from running), case when kind = 'expansion' then amount_minor else 0 end,
          case when kind in ('contraction', 'churn') then amount_minor else 0 end
          from mrr_movement where currency = $1 and at >= utc_start((select month from running)) and at < $4 ${only}),
      present as materialized (
        select n, from_month, last_month, org_id, level_minor
          from span join mrr_month on month < from_month and next_month >= from_month and currency = $1 and level_minor <> 0 ${only}),
      kept as (
        select n, sum(expanded) as expanded, sum(lost) as lost
          from present join moved using (org_id) where level_minor > 0 and month >= from_month and month <= last_month group by n)
      select coalesce((select sum(level_minor) from present p where p.n = s.n), 0)::text as before,
        coalesce(k.expanded, 0)::text as expanded, coalesce(k.lost, 0)::text as lost
      from span s left join kept k using (n) order by n`,
    values: [currency, from, months, new Date(asOf), ...(orgIds ? [orgIds] : [])],
  });
  return rows.map((row) => {
    const before = BigInt(row.before);
    const left = before - BigInt(row.lost);
    return { net: ratio(left + BigInt(row.expanded), before), gross: ratio(left, before) };
  });
}
