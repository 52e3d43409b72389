import 'server-only';
import { readMrrRetention } from '#prisma/mrr-retention';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, lastMonths } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import type { AnalyticsQuery } from './analytics-query.ts';
import { orgIdsOf, shareOf } from './analytics.service.ts';

const monthsBack = 12;

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
  const months = bucketsOf(lastMonths(monthsBack, at), 'month');
  const told = await readMrrRetention(pool, {
    currency,
    months: months.map(({ from }) => from),
    back: monthsBack,
    asOf: at,
    orgIds: await orgIdsOf(pool, query),
  });
  if (told.every(({ net }) => net === undefined)) return undefined;
  return { months, net: told.map(({ net }) => shareOf(net)), gross: told.map(({ gross }) => shareOf(gross)) };
}
