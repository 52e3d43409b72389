import 'server-only';
import type pg from 'pg';
import type { AnalyticsQuery } from './analytics-query.ts';

/** The organisations that are asked for, and of these those that have a plan; undefined for all. */
export async function orgIdsOf(pool: pg.Pool, { filters }: AnalyticsQuery): Promise<readonly string[] | undefined> {
  const { orgs, plans } = filters;
  if (plans.length === 0) return orgs.length > 0 ? orgs : undefined;
  const { rows } = await pool.query<{ org_id: string }>(
    `select distinct org_id from subscription where plan = any ($1) and status in ('active', 'past_due') order by 1 limit ${orgsMax}`,
    [plans],
  );
  return rows.map(({ org_id }) => org_id).filter((id) => orgs.length === 0 || orgs.includes(id));
}

const orgsMax = 5_000;
