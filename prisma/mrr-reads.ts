import type { MrrFigures } from '#domain/billing/churn';
import type { Cohort, CohortCell } from '#domain/billing/cohorts';
import type { MovementKind } from '#domain/billing/mrr';
import { utcMonthAfter, utcMonthOf, utcMonthPeriod, type Period } from '#domain/billing/periods';
import { ratio } from '#domain/billing/ratios';
import type { EpochMs } from '#domain/instants';
import { monthNumberOf } from '#domain/local-dates';
import type { DayRange, Readable } from './metric-reads.ts';

interface FiguresRow {
  /** Which of the ranges. */
  n: number;
  currency: string;
  start_minor: string;
  end_minor: string;
  present: string;
  lost: string;
  kept_expansion: string;
  kept_contraction: string;
  kept_churn: string;
  added: string;
  reactivated: string;
  expanded: string;
  contracted: string;
  churned: string;
}

const netOfMonth = 'new_minor + reactivation_minor + expansion_minor - contraction_minor - churn_minor';
const sumOfKind = (kind: MovementKind) => `case when kind = '${kind}' then minor else 0 end`;

/** The same of one range, by currency. */
export async function readMrrFigures(db: Readable, range: Period, orgIds?: readonly string[]): Promise<MrrFigures[]> {
  const [figures = []] = await readMrrFiguresEach(db, [range], orgIds);
  return figures;
}

/**
 * The movements of each range, and churn and retention of the orgs above 0 at its start, by currency, as the rule of the domain judges them: months are
 * summed up already. Where a range begins or ends within one, what moved between there and the nearer end of that month is added or taken away, which
 * is half a month's movements at most. An org that moved in none of its months is at the level of its last one before.
 */
export async function readMrrFiguresEach(
  db: Readable,
  ranges: readonly Period[],
  orgIds?: readonly string[],
): Promise<readonly MrrFigures[][]> {
  const values: unknown[] = orgIds ? [orgIds] : [];
  const told = ranges.map((range, n) => toldOf(range, n, orgIds !== undefined, values));
  const { rows } = await db.query<FiguresRow>({
    name: `mrr-figures-${ranges.length}${orgIds ? '-of-orgs' : ''}`,
    text: `with told as (${told.join(' union all ')}),
      orgs as (
        select n, currency, sum(level) as before, sum(added) as added, sum(reactivated) as reactivated, sum(expanded) as expanded,
          sum(contracted) as contracted, sum(churned) as churned,
          sum(level) + sum(added + reactivated + expanded - contracted - churned) as after
        from told group by n, org_id, currency)
      select n, currency, sum(before)::text as start_minor, sum(after)::text as end_minor, count(*) filter (where before > 0)::text as present,
        count(*) filter (where before > 0 and after <= 0)::text as lost,
        coalesce(sum(expanded) filter (where before > 0), 0)::text as kept_expansion,
        coalesce(sum(contracted) filter (where before > 0), 0)::text as kept_contraction,
        coalesce(sum(churned) filter (where before > 0), 0)::text as kept_churn,
        sum(added)::text as added, sum(reactivated)::text as reactivated, sum(expanded)::text as expanded, sum(contracted)::text as contracted,
        sum(churned)::text as churned
      from orgs group by n, currency order by currency`,
    values,
  });
  return ranges.map((_, at) => rows.filter(({ n }) => n === at).map(figuresOf));
}

/** What a range's orgs had and what moved them, a row of each month or movement. */
function toldOf({ start, end }: Period, n: number, isOfOrgs: boolean, values: unknown[]): string {
  const only = isOfOrgs ? 'and org_id = any ($1)' : '';
  const [first, last] = [nearestMonth(start), nearestMonth(end)];
  const [sinceFirst, untilLast] = [
    between(start, utcMonthPeriod(first).start),
    between(utcMonthPeriod(last).start, end),
  ];
  const [from, until, firstFrom, firstUntil, firstTimes, lastFrom, lastUntil, lastTimes] = [
    `${first}-01`,
    `${last}-01`,
    ...sinceFirst,
    ...untilLast,
  ].map((value) => `$${values.push(value)}`);
  return `select ${n} as n, org_id, currency, case when previous_month < ${from} then level_minor - (${netOfMonth}) else 0 end as level,
      new_minor as added, reactivation_minor as reactivated, expansion_minor as expanded, contraction_minor as contracted, churn_minor as churned
      from mrr_month where month >= ${from} and month < ${until} ${only}
    union all
    select ${n}, org_id, currency, level_minor, 0, 0, 0, 0, 0 from mrr_month where next_month >= ${until} and month < ${from} ${only}
    union all
    select ${n}, org_id, currency, case when not is_at_start then 0 when kind in ('contraction', 'churn') then minor else -minor end,
      ${sumOfKind('new')}, ${sumOfKind('reactivation')}, ${sumOfKind('expansion')}, ${sumOfKind('contraction')}, ${sumOfKind('churn')}
      from (
        select org_id, currency, kind, ${firstTimes}::bigint * amount_minor as minor, true as is_at_start from mrr_movement
          where at >= ${firstFrom} and at < ${firstUntil} ${only}
        union all
        select org_id, currency, kind, ${lastTimes}::bigint * amount_minor, false from mrr_movement
          where at >= ${lastFrom} and at < ${lastUntil} ${only}) m`;
}

/** The month that begins nearest to an instant. */
function nearestMonth(at: EpochMs): string {
  const month = utcMonthOf(at);
  const { start, end } = utcMonthPeriod(month);
  return at - start <= end - at ? month : utcMonthAfter(month, 1);
}

/** What lies between two instants, and how often it counts: taken away where the other one comes first. */
function between(from: EpochMs, to: EpochMs) {
  return [new Date(Math.min(from, to)), new Date(Math.max(from, to)), from <= to ? 1 : -1] as const;
}

function figuresOf(row: FiguresRow): MrrFigures {
  const startMinor = BigInt(row.start_minor);
  const [expansion, contraction] = [BigInt(row.kept_expansion), BigInt(row.kept_contraction)];
  const churn = BigInt(row.kept_churn);
  return {
    currency: row.currency,
    startMinor,
    endMinor: BigInt(row.end_minor),
    movements: {
      new: BigInt(row.added),
      expansion: BigInt(row.expanded),
      contraction: BigInt(row.contracted),
      churn: BigInt(row.churned),
      reactivation: BigInt(row.reactivated),
    },
    logoChurn: ratio(BigInt(row.lost), BigInt(row.present)),
    grossChurn: ratio(churn + contraction, startMinor),
    netRetention: ratio(startMinor + expansion - contraction - churn, startMinor),
    grossRetention: ratio(startMinor - contraction - churn, startMinor),
  };
}

/** A UTC month, `YYYY-MM`: its levels, and what became of the orgs above 0 at its start, as `MrrFigures` says. */
export interface MrrMonth extends Pick<
  MrrFigures,
  'currency' | 'startMinor' | 'endMinor' | 'logoChurn' | 'netRetention'
> {
  readonly month: string;
}

interface MonthRow {
  month: string;
  currency: string;
  gained: string;
  net: string;
  lost: string;
  kept: string;
}

const isOfMrr = "metric >= 'all.mrr.' and metric < 'all.mrr/'";
const isOfCohorts = "metric >= 'all.mrr.cohorts:' and metric < 'all.mrr.cohorts;'";

/** Each month from the one that holds `start` until `end`, of each currency, from what each changed. */
export async function readMrrMonths(db: Readable, { start, end }: Period): Promise<MrrMonth[]> {
  const { rows } = await db.query<MonthRow>({
    name: 'mrr-months',
    text: `select to_char(month, 'YYYY-MM') as month, currency, coalesce(sum(n) filter (where ${isOfCohorts}), 0)::text as gained,
        coalesce(sum(minor) filter (where ${isOfCohorts}), 0)::text as net,
        coalesce(sum(n) filter (where metric = 'all.mrr.lost:'), 0)::text as lost,
        coalesce(sum(minor) filter (where metric = 'all.mrr.kept:'), 0)::text as kept
      from metric_month_total where ${isOfMrr} and utc_start(month) < $1 group by month, currency`,
    values: [new Date(end)],
  });
  const first = utcMonthOf(start);
  const count = monthNumberOf(`${utcMonthOf(end - 1)}-01`) - monthNumberOf(`${first}-01`) + 1;
  const months = Array.from({ length: count }, (_, at) => utcMonthAfter(first, at));
  const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted();
  return currencies.flatMap((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    return months.map((month) => monthOf(own, month, currency));
  });
}

/** What there was at the month's start is what all months before came to. */
function monthOf(own: readonly MonthRow[], month: string, currency: string): MrrMonth {
  const before = own.filter((row) => row.month < month);
  const sum = (of: 'gained' | 'net') => before.reduce((total, row) => total + BigInt(row[of]), 0n);
  const startMinor = sum('net');
  const moved = own.find((row) => row.month === month);
  return {
    month,
    currency,
    startMinor,
    endMinor: startMinor + BigInt(moved?.net ?? 0),
    logoChurn: ratio(BigInt(moved?.lost ?? 0), sum('gained')),
    netRetention: ratio(startMinor + BigInt(moved?.kept ?? 0), startMinor),
  };
}

interface MembersRow {
  month: string;
  currency: string;
  members: number;
}

interface CohortRow {
  cohort: string;
  month: string;
  currency: string;
  orgs: number;
  minor: string;
}

interface CohortsAsked {
  readonly orgIds?: readonly string[] | undefined;
  readonly months?: DayRange;
}

/**
 * Cohorts by the month of an org's first MRR above 0, and what is left of them at the end of each month after: what all months until then changed.
 * @param columns how many columns, the cohort's own month included
 * @param asOf a month counts from the instant it has ended; columns of later ones are null
 * @param only cohorts of these organisations, and of the months that begin in the range
 */
export async function readCohorts(
  db: Readable,
  columns: number,
  asOf: EpochMs,
  only: CohortsAsked = {},
): Promise<Cohort[]> {
  const { orgIds, months = { from: '0001-01-01', until: '9999-12-31' } } = only;
  const isOf = orgIds ? 'and org_id = any ($3)' : '';
  const [members, changes] = await Promise.all([
    db.query<MembersRow>({
      name: orgIds ? 'mrr-cohorts-of-orgs' : 'mrr-cohorts',
      text: `select to_char(month, 'YYYY-MM') as month, currency, count(*)::int as members from mrr_cohort
        where month >= $1 and month < $2 ${isOf} group by mrr_cohort.month, currency order by mrr_cohort.month, currency`,
      values: [months.from, months.until, ...(orgIds ? [orgIds] : [])],
    }),
    orgIds ? readChangesOf(db, orgIds, months) : readChanges(db, months),
  ]);
  return members.rows.map(({ month, currency, members: orgs }) => {
    const own = changes.filter((row) => row.cohort === month && row.currency === currency);
    return { month, currency, orgs, columns: columnsOf(own, month, columns, asOf) };
  });
}

function columnsOf(changes: readonly CohortRow[], cohort: string, count: number, asOf: EpochMs) {
  let [orgs, mrrMinor] = [0, 0n];
  return Array.from({ length: count }, (_, k): CohortCell | null => {
    const month = utcMonthAfter(cohort, k);
    for (const change of changes) {
      if (change.month !== month) continue;
      orgs += change.orgs;
      mrrMinor += BigInt(change.minor);
    }
    return utcMonthPeriod(month).end <= asOf ? { orgs, mrrMinor } : null;
  });
}

async function readChanges(db: Readable, { from, until }: DayRange): Promise<readonly CohortRow[]> {
  const { rows } = await db.query<CohortRow>({
    name: 'mrr-cohort-changes',
    text: `select split_part(metric, ':', 2) as cohort, to_char(month, 'YYYY-MM') as month, currency, n::int as orgs, minor::text
      from metric_month_total where ${isOfCohorts} and split_part(metric, ':', 2) || '-01' >= $1 and split_part(metric, ':', 2) || '-01' < $2`,
    values: [from, until],
  });
  return rows;
}

async function readChangesOf(
  db: Readable,
  orgIds: readonly string[],
  { from, until }: DayRange,
): Promise<readonly CohortRow[]> {
  const { rows } = await db.query<CohortRow>({
    name: 'mrr-cohort-changes-of-orgs',
    text: `select to_char(cohort, 'YYYY-MM') as cohort, to_char(month, 'YYYY-MM') as month, currency,
        (count(*) filter (where level > 0) - count(*) filter (where before > 0))::int as orgs, sum(level - before)::text as minor
      from (select cohort, month, currency, level_minor as level, level_minor - (${netOfMonth}) as before
        from mrr_month where org_id = any ($3) and cohort >= $1 and cohort < $2) m
      group by m.cohort, m.month, currency`,
    values: [from, until, orgIds],
  });
  return rows;
}
