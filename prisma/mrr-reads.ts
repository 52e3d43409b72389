import type { MrrFigures } from '#domain/billing/churn';
import type { Cohort, CohortCell } from '#domain/billing/cohorts';
import type { MovementKind } from '#domain/billing/mrr';
import { utcMonthAfter, utcMonthPeriod, type Period } from '#domain/billing/periods';
import { ratio } from '#domain/billing/ratios';
import type { EpochMs } from '#domain/instants';
import type { DayRange, Readable } from './metric-reads.ts';

interface FiguresRow {
  currency: string;
  start_minor: string;
  end_minor: string;
  present: string;
  lost: string;
  expansion: string;
  contraction: string;
  churn: string;
  movements: Readonly<Partial<Record<MovementKind, string>>> | null;
}

const signed = `case when kind in ('contraction', 'churn') then -amount_minor else amount_minor end`;

/**
 * The movements of a range, and churn and retention of the orgs above 0 at its start, by currency: from the stored movements, as the rule of
 * the domain judges them.
 */
export async function readMrrFigures(
  db: Readable,
  { start, end }: Period,
  orgIds?: readonly string[],
): Promise<MrrFigures[]> {
  const only = orgIds ? 'and org_id = any ($3)' : '';
  const { rows } = await db.query<FiguresRow>({
    name: orgIds ? 'mrr-figures-of-orgs' : 'mrr-figures',
    text: `with moved as (
        select org_id, currency, sum(${signed}) filter (where at < $1) as before, sum(${signed}) as after,
          sum(amount_minor) filter (where at >= $1 and kind = 'expansion') as expansion,
          sum(amount_minor) filter (where at >= $1 and kind = 'contraction') as contraction,
          sum(amount_minor) filter (where at >= $1 and kind = 'churn') as churn
        from mrr_movement where at < $2 ${only} group by org_id, currency),
      kinds as (
        select currency, json_object_agg(kind, minor::text) as movements from (
          select currency, kind, sum(amount_minor) as minor from mrr_movement where at >= $1 and at < $2 ${only}
          group by currency, kind) k group by currency)
      select m.currency, coalesce(sum(before), 0)::text as start_minor, coalesce(sum(after), 0)::text as end_minor,
        count(*) filter (where before > 0)::text as present, count(*) filter (where before > 0 and after = 0)::text as lost,
        coalesce(sum(expansion) filter (where before > 0), 0)::text as expansion,
        coalesce(sum(contraction) filter (where before > 0), 0)::text as contraction,
        coalesce(sum(churn) filter (where before > 0), 0)::text as churn, (array_agg(k.movements))[1] as movements
      from moved m left join kinds k on k.currency = m.currency group by m.currency order by m.currency`,
    values: [new Date(start), new Date(end), ...(orgIds ? [orgIds] : [])],
  });
  return rows.map(figuresOf);
}

function figuresOf(row: FiguresRow): MrrFigures {
  const startMinor = BigInt(row.start_minor);
  const [expansion, contraction, churn] = [BigInt(row.expansion), BigInt(row.contraction), BigInt(row.churn)];
  return {
    currency: row.currency,
    startMinor,
    endMinor: BigInt(row.end_minor),
    movements: movementsOf(row.movements ?? {}),
    logoChurn: ratio(BigInt(row.lost), BigInt(row.present)),
    grossChurn: ratio(churn + contraction, startMinor),
    netRetention: ratio(startMinor + expansion - contraction - churn, startMinor),
    grossRetention: ratio(startMinor - contraction - churn, startMinor),
  };
}

function movementsOf(told: Readonly<Partial<Record<MovementKind, string>>>): MrrFigures['movements'] {
  return {
    new: BigInt(told.new ?? 0),
    expansion: BigInt(told.expansion ?? 0),
    contraction: BigInt(told.contraction ?? 0),
    churn: BigInt(told.churn ?? 0),
    reactivation: BigInt(told.reactivation ?? 0),
  };
}

/** A UTC month, `YYYY-MM`: what became of the orgs above 0 at its start, as `MrrFigures` says. */
export interface MonthChurn extends Pick<MrrFigures, 'currency' | 'startMinor' | 'logoChurn' | 'netRetention'> {
  readonly month: string;
}

interface ChurnRow {
  month: string;
  currency: string;
  start_minor: string;
  present: string;
  lost: string;
  moved: string;
}

/** Churn of each month from the one that holds `start` until `end`, in one reading of the movements. */
export async function readMonthlyChurn(db: Readable, { start, end }: Period): Promise<MonthChurn[]> {
  const { rows } = await db.query<ChurnRow>({
    name: 'mrr-monthly-churn',
    text: `with moved as (
        select org_id, currency, date_trunc('month', at at time zone 'UTC')::date as month, sum(${signed}) as net,
          coalesce(sum(${signed}) filter (where kind in ('expansion', 'contraction', 'churn')), 0) as kept
        from mrr_movement where at < $2 group by 1, 2, 3),
      levels as (
        select org_id, currency, month, kept, sum(net) over w - net as before, sum(net) over w as after, lead(month) over w as next
        from moved window w as (partition by org_id, currency order by month)),
      months as (
        select m::date as month from generate_series(date_trunc('month', $1 at time zone 'UTC'), $2 at time zone 'UTC' - interval '1 second',
          interval '1 month') m),
      starts as (
        select m.month, l.currency, sum(l.after) as minor, count(*) as orgs from months m
        join levels l on l.month < m.month and (l.next is null or l.next >= m.month) and l.after > 0 group by 1, 2),
      changes as (
        select month, currency, count(*) filter (where after = 0) as lost, sum(kept) as moved from levels where before > 0 group by 1, 2)
      select to_char(s.month, 'YYYY-MM') as month, s.currency, s.minor::text as start_minor, s.orgs::text as present,
        coalesce(c.lost, 0)::text as lost, coalesce(c.moved, 0)::text as moved
      from starts s left join changes c on c.month = s.month and c.currency = s.currency order by s.month, s.currency`,
    values: [new Date(start), new Date(end)],
  });
  return rows.map((row) => {
    const startMinor = BigInt(row.start_minor);
    return {
      month: row.month,
      currency: row.currency,
      startMinor,
      logoChurn: ratio(BigInt(row.lost), BigInt(row.present)),
      netRetention: ratio(startMinor + BigInt(row.moved), startMinor),
    };
  });
}

interface CellRow {
  month: string;
  currency: string;
  members: number;
  k: number;
  orgs: number;
  minor: string;
}

/**
 * Cohorts by the month of an org's first MRR above 0, and what is left of them at the end of each month after.
 * @param columns how many columns, the cohort's own month included
 * @param asOf a month counts from the instant it has ended; columns of later ones are null
 * @param only cohorts of these organisations, and of the months that begin in the range
 */
export async function readCohorts(
  db: Readable,
  columns: number,
  asOf: EpochMs,
  only: { readonly orgIds?: readonly string[] | undefined; readonly months?: DayRange } = {},
): Promise<Cohort[]> {
  const { orgIds, months } = only;
  const isOf = orgIds ? 'where org_id = any ($5)' : '';
  const isIn = `where month >= $3 and month < $4 ${orgIds ? 'and org_id = any ($5)' : ''}`;
  const { rows } = await db.query<CellRow>({
    name: orgIds ? 'mrr-cohorts-of-orgs' : 'mrr-cohorts',
    text: `with moved as (
        select org_id, currency, date_trunc('month', at at time zone 'UTC')::date as month, sum(${signed}) as net
        from mrr_movement ${isOf} group by 1, 2, 3),
      levels as (
        select org_id, currency, month, sum(net) over w as level, lead(month) over w as until
        from moved window w as (partition by org_id, currency order by month)),
      cohorts as (select month, currency, count(*)::int as members from mrr_cohort ${isIn} group by month, currency),
      cells as (
        select c.month, c.currency, k.k, count(*)::int as orgs, sum(l.level)::text as minor
        from (select * from mrr_cohort ${isIn}) c cross join generate_series(0, $1 - 1) as k (k)
        join levels l on l.org_id = c.org_id and l.currency = c.currency and l.level > 0
          and l.month <= c.month + make_interval(months => k.k) and (l.until is null or l.until > c.month + make_interval(months => k.k))
        group by c.month, c.currency, k.k)
      select to_char(c.month, 'YYYY-MM') as month, c.currency, c.members, k.k, coalesce(cells.orgs, 0) as orgs, coalesce(cells.minor, '0') as minor
      from cohorts c cross join generate_series(0, $1 - 1) as k (k)
      left join cells on cells.month = c.month and cells.currency = c.currency and cells.k = k.k
      where (c.month + make_interval(months => k.k + 1)) at time zone 'UTC' <= $2 or k.k = 0
      order by c.month, c.currency, k.k`,
    values: [
      columns,
      new Date(asOf),
      months?.from ?? '-infinity',
      months?.until ?? 'infinity',
      ...(orgIds ? [orgIds] : []),
    ],
  });
  const cohorts = new Map<string, Cohort>();
  for (const { month, currency, members, k, orgs, minor } of rows) {
    const name = `${month} ${currency}`;
    const cohort = cohorts.get(name) ?? { month, currency, orgs: members, columns: emptyColumns(columns) };
    const hasEnded = utcMonthPeriod(utcMonthAfter(month, k)).end <= asOf;
    const cell: CohortCell | null = hasEnded ? { orgs, mrrMinor: BigInt(minor) } : null;
    cohorts.set(name, { ...cohort, columns: cohort.columns.with(k, cell) });
  }
  return [...cohorts.values()];
}

function emptyColumns(columns: number): readonly (CohortCell | null)[] {
  return Array.from({ length: columns }, () => null);
}
