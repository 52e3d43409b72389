import 'server-only';
import { readMrrFigures } from '#prisma/mrr-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, lastMonths, monthAfter, startOfUtcDay } from '../../lists/buckets.ts';
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

/** Undefined where no month has any. One month after the other: nobody waits for it but itself. */
export async function readRetentionCourse(
  staff: Staff,
  query: AnalyticsQuery,
  currency: string,
  at: number,
): Promise<RetentionCourse | undefined> {
  assertCan(staff, 'analytics');
  const { pool } = database();
  const months = bucketsOf(lastMonths(monthsBack, at), 'month');
  const orgIds = await orgIdsOf(pool, query);
  const kept: { readonly net: number | undefined; readonly gross: number | undefined }[] = [];
  for (const { from, until } of months) {
    const start = startOfUtcDay(monthAfter(from, -monthsBack));
    const told = await readMrrFigures(pool, { start, end: Math.min(startOfUtcDay(until), at) }, orgIds);
    const own = told.find((one) => one.currency === currency);
    kept.push({ net: shareOf(own?.netRetention), gross: shareOf(own?.grossRetention) });
  }
  if (kept.every(({ net }) => net === undefined)) return undefined;
  return { months, net: kept.map(({ net }) => net), gross: kept.map(({ gross }) => gross) };
}
