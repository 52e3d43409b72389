import 'server-only';
import type pg from 'pg';
import { dayMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { readDays } from '#prisma/metric-reads';
import { bucketsOf, bucketStart, plusDays, startOfUtcDay, startsOf, utcDay } from '../../lists/buckets.ts';
import { presetWindow } from '../../lists/windows.ts';
import type { Span } from '../../lists/windows.ts';
import { alertLevels } from './ai-list.ts';
import { ofOrgs, some } from './of-orgs.ts';

/** What an organisation used of its limit in the running UTC month. Credits are decimals as text. */
export interface OrgMonth {
  readonly org: { readonly id: string; readonly name: string };
  readonly used: string;
  readonly limit: string;
  readonly share: number;
  readonly isRaised: boolean;
  /** When what is left will be used up at the pace of the last 7 full days; undefined where none was used. */
  readonly exhaustedAt: EpochMs | undefined;
}

const paceDays = 7;

/** Those whose plan has an allowance, nearest to their limit first; of some organisations, or of all. */
export async function readMonth(pool: pg.Pool, at: EpochMs, orgIds: readonly string[]): Promise<readonly OrgMonth[]> {
  const today = Math.floor(at / dayMs) * dayMs;
  const { rows } = await pool.query<{
    id: string;
    name: string;
    used: string;
    limit: string;
    share: number;
    is_raised: boolean;
    days_left: number | null;
  }>(
    `select s.*, case when s.pace > 0 then (greatest(s.left, 0) / s.pace)::float8 end as days_left from (
       select o.id, o.name, trim_scale(m.used)::text as used, trim_scale(a.credits)::text as limit, (m.used / a.credits)::float8 as share,
         coalesce(l.credits = a.credits, false) as is_raised, a.credits - m.used as left,
         (select coalesce(sum(d.minor), 0) / 1000000.0 / ${paceDays} from metric_day d
          where d.org_id = o.id and d.metric = 'ai.credits' and d.day >= $2::date - ${paceDays} and d.day < $2::date) as pace
       from org o
       join lateral (select p.plan_id from org_plan p where p.org_id = o.id and p.from_at <= $1 order by p.from_at desc limit 1) p on true
       join plan on plan.id = p.plan_id
       left join org_ai_limit l on l.org_id = o.id and l.month = date_trunc('month', $2::date)
       cross join lateral (select greatest(l.credits, (plan.ai_allowance ->> 'credits')::numeric) as credits) a
       cross join lateral (select coalesce(sum(u.credits), 0) as used from ai_monthly_summary u
         where u.org_id = o.id and u.month = date_trunc('month', $2::date)) m
       where a.credits > 0 ${orgIds.length > 0 ? 'and o.id = any ($3)' : ''}) s
     order by s.share desc, s.id`,
    [new Date(at), new Date(today).toISOString().slice(0, 10), ...(orgIds.length > 0 ? [orgIds] : [])],
  );
  return rows.map(({ id, name, used, limit, share, is_raised: isRaised, days_left: days }) => ({
    org: { id, name },
    used,
    limit,
    share,
    isRaised,
    exhaustedAt: days === null ? undefined : at + days * dayMs,
  }));
}

/** Credits of the running UTC month by day, in millionths, and of the month before, as far into it. */
export interface CreditCourse {
  readonly used: bigint;
  readonly before: bigint;
  readonly byDay: readonly bigint[];
}

/** Of some organisations, or of all, with a limit or without. */
export async function readCreditCourse(pool: pg.Pool, at: EpochMs, orgIds: readonly string[]): Promise<CreditCourse> {
  const today = utcDay(at);
  const month = bucketStart(today, 'month');
  const { from: earlierFrom, to: cutAt } = presetWindow('mtd', at, 'UTC').previous;
  const [earlier, cut] = [utcDay(earlierFrom), utcDay(cutAt)];
  const days = bucketsOf({ from: earlier, until: plusDays(today, 1) }, 'day');
  const [told, ofCut] = await Promise.all([
    readDays(pool, ['ai.credits'], startsOf(days), orgIds.length > 0 ? orgIds : undefined),
    readCredits(pool, { from: startOfUtcDay(cut), to: cutAt }, orgIds),
  ]);
  const on = (from: string, until: string) =>
    told.reduce((sum, { day, minor }) => sum + (day >= from && day < until ? minor : 0n), 0n);
  return {
    used: on(month, plusDays(today, 1)),
    before: on(earlier, cut) + ofCut,
    byDay: days.flatMap(({ from, until }) => (from < month ? [] : [on(from, until)])),
  };
}

/** Organisations that reached each level in the running UTC month, by day the lowest, and as far into the month before. */
export interface Reached {
  readonly before: readonly number[];
  readonly byDay: readonly number[];
}

export async function readReached(pool: pg.Pool, at: EpochMs, orgIds: readonly string[]): Promise<Reached> {
  const { from, previous } = presetWindow('mtd', at, 'UTC');
  const { rows } = await pool.query<{ month: string; level: number; day: string; n: number }>(
    `select month::text, level, utc_day(fired_at)::text as day, count(*)::int as n from ai_alert
     where (month = $1 or (month = $2 and fired_at < $3))${ofOrgs('org_id', orgIds, 4)} group by 1, 2, 3`,
    [utcDay(from), utcDay(previous.from), new Date(previous.to), ...some(orgIds)],
  );
  const levels = alertLevels.map(Number);
  const count = (month: string, level: number | undefined, until: string) =>
    rows.reduce((sum, row) => sum + (row.month === month && row.level === level && row.day < until ? row.n : 0), 0);
  return {
    before: levels.map((level) => count(utcDay(previous.from), level, utcDay(at))),
    byDay: bucketsOf({ from: utcDay(from), until: plusDays(utcDay(at), 1) }, 'day').map(({ until }) =>
      count(utcDay(from), levels[0], until),
    ),
  };
}

/** Of a part of a day, which figures of days do not tell. */
async function readCredits(pool: pg.Pool, { from, to }: Span, orgs: readonly string[]): Promise<bigint> {
  const { rows } = await pool.query<{ minor: string }>(
    `select micro(sum(credits))::text as minor from ai_usage_event where used_at >= $1 and used_at < $2${ofOrgs('org_id', orgs, 3)}`,
    [new Date(from), new Date(to), ...some(orgs)],
  );
  return BigInt(rows[0]?.minor ?? 0);
}
