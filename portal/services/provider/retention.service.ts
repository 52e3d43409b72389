import 'server-only';
import type pg from 'pg';
import { shareOf } from '#domain/billing/ratios';
import { readMrrRetention } from '#prisma/mrr-retention';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, lastMonths } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import type { AnalyticsQuery } from './analytics-query.ts';
import { orgIdsOf } from './analytics-orgs.ts';

export const monthsBack = 12;

/** Of the MRR twelve months before each month what was left of it at its end, or is now; undefined where there was none. */
export interface RetentionCourse {
  readonly months: readonly DaySpan[];
  readonly net: readonly (number | undefined)[];
  readonly gross: readonly (number | undefined)[];
}

/** Undefined where no month has any. */
export async function readRetentionCourse(
  staff: Staff,
  query: AnalyticsQuery,
  currency: string,
  at: number,
): Promise<RetentionCourse | undefined> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const course = await readRetention(pool, currency, at, await orgIdsOf(pool, query));
  return course.net.every((net) => net === undefined) ? undefined : course;
}

export async function readRetention(
  pool: pg.Pool,
  currency: string,
  at: number,
  orgIds: readonly string[] | undefined,
): Promise<RetentionCourse> {
  const months = bucketsOf(lastMonths(monthsBack, at), 'month');
  const starts = months.map(({ from }) => from);
  return { months, ...(await readRetentionOf(pool, currency, starts, at, orgIds)) };
}

/** Of months one after another, told by their first days: of the last one up to an instant. */
export async function readRetentionOf(
  pool: pg.Pool,
  currency: string,
  months: readonly string[],
  asOf: number,
  orgIds: readonly string[] | undefined,
): Promise<Pick<RetentionCourse, 'net' | 'gross'>> {
  const told = await readMrrRetention(pool, { currency, months, back: monthsBack, asOf, orgIds });
  return { net: told.map(({ net }) => shareOf(net)), gross: told.map(({ gross }) => shareOf(gross)) };
}
