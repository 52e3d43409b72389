import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { lastMonths, plusDays, utcDay } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import { readPartSeries } from './part-series.ts';
import type { PartsOverTime } from './part-series.ts';
import { isUnusual, usualRange } from './usual-range.ts';
import type { UsualRange } from './usual-range.ts';

const daysShown = 90;
const monthsShown = 12;

/** Leads by the day they were created and what they are now: 90 whole days and the running one. */
export function readLeadsByStatus(staff: Staff, orgIds: readonly string[], at: number): Promise<PartsOverTime> {
  assertCan(staff, 'leads');
  return readPartSeries(database().pool, {
    name: 'leads.by_status',
    span: lastDays(daysShown, at),
    interval: 'day',
    orgIds,
  });
}

/** Add-ons less refunds, by SKU and month. */
export function readAddonsBySku(staff: Staff, orgIds: readonly string[], at: number): Promise<PartsOverTime> {
  assertCan(staff, 'addons');
  return readPartSeries(database().pool, {
    name: 'addons.by_sku',
    span: lastMonths(monthsShown, at),
    interval: 'month',
    orgIds,
  });
}

/** A meter's quantity by day, in millionths, and what is usual of each day. */
export interface MeterDays {
  readonly meter: string | undefined;
  readonly days: readonly DaySpan[];
  readonly quantities: readonly bigint[];
  /** Of as many days before. */
  readonly before: readonly bigint[];
  readonly usual: readonly (UsualRange | undefined)[];
  /** Days that lie outside of it; the running day is not judged. */
  readonly unusual: readonly number[];
}

const daysOfUsual = 28;
/** As many days as are shown lie before them; the mean is of the last of those too. */
const shownFrom = daysShown + 1;
const metersShown = 3;

/** The meters told most, or those that are asked for. */
export async function readUsageByMeter(
  staff: Staff,
  { orgIds, meters }: { readonly orgIds: readonly string[]; readonly meters: readonly string[] },
  at: number,
): Promise<readonly MeterDays[]> {
  assertCan(staff, 'usage');
  const span = lastDays(2 * daysShown + 1, at);
  const { buckets, series } = await readPartSeries(database().pool, {
    name: 'usage.by_meter',
    span,
    interval: 'day',
    orgIds,
  });
  const asked = series.filter(({ part }) => meters.length === 0 || (part !== undefined && meters.includes(part)));
  return asked.slice(0, metersShown).map(({ part, amounts }) => {
    const values = amounts.map(Number);
    const first = values.findIndex((value) => value !== 0);
    // Before a meter's first day there is nothing usual.
    const usual = values.map((_, index) => (index - first < daysOfUsual ? undefined : usualRange(values, index)));
    const judged = values.slice(shownFrom, -1).map((value, index) => isUnusual(value, usual[index + shownFrom]));
    return {
      meter: part,
      days: buckets.slice(shownFrom),
      quantities: amounts.slice(shownFrom),
      before: amounts.slice(0, shownFrom),
      usual: usual.slice(shownFrom),
      unusual: judged.flatMap((isOutside, index) => (isOutside ? [index] : [])),
    };
  });
}

/** So many whole UTC days, and the running one. */
function lastDays(count: number, at: number): DaySpan {
  const today = utcDay(at);
  return { from: plusDays(today, -count), until: plusDays(today, 1) };
}
