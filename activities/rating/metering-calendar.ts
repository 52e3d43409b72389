import { monthlyOn, periodAt, type Period } from '#domain/billing/periods';
import type { Zone } from '#domain/billing/zones';
import { dayMs, type EpochMs } from '#domain/instants';
import type { OrgTerms } from '../billing/load-terms.ts';

/** The period of an org's meters that holds an instant. */
export type MeteringCalendar = (at: EpochMs) => Period;

/** Dates have the years 0 to 9999, and windows may lie at their very ends: what is left there is one period. */
export const firstMonthsEnd = Date.parse('0000-07-01');
export const lastMonthsStart = Date.parse('9999-06-01');
const yearMs = 366 * dayMs;

/** Longer than any monthly period. */
const monthAtMostMs = 32 * dayMs;

/**
 * Bounds are computed in the zone that was the org's when the period began, so that they depend on the org's zones alone and not on which
 * period was rated when. After a change of zone the period under way keeps its end, and the next runs from there.
 */
export function meteringCalendar(terms: CalendarTerms): MeteringCalendar {
  return (at) => periodOf(terms, at);
}

type CalendarTerms = Pick<OrgTerms, 'anchorDay' | 'zoneAt'>;

function periodOf(terms: CalendarTerms, at: EpochMs): Period {
  if (at < firstMonthsEnd || at >= lastMonthsStart) return periodAtTheEnds(terms, at);
  const zone = terms.zoneAt(at);
  const period = computed(terms.anchorDay, zone, at);
  if (terms.zoneAt(period.start - monthAtMostMs) === zone) return period;
  let following = periodOf(terms, period.start - monthAtMostMs);
  while (following.end <= at) following = periodAfter(terms, following);
  return following;
}

function periodAtTheEnds(terms: CalendarTerms, at: EpochMs): Period {
  const [first, last] = [periodOf(terms, firstMonthsEnd), periodOf(terms, lastMonthsStart - 1)];
  if (at < firstMonthsEnd) return at < first.start ? { start: first.start - yearMs, end: first.start } : first;
  return at < last.end ? last : { start: last.end, end: last.end + yearMs };
}

function periodAfter({ anchorDay, zoneAt }: CalendarTerms, { end }: Period): Period {
  return periodAt(monthlyOn(anchorDay), zoneAt(end), end, [end]);
}

/** Orgs share zones and anchor days, and rating asks for the same few months of all of them. */
const computedMax = 10_000;
const computedPeriods = new Map<string, Period[]>();

function computed(anchorDay: number, zone: Zone, at: EpochMs): Period {
  const key = `${zone.name}/${anchorDay}`;
  const known = computedPeriods.get(key) ?? [];
  const found = known.find(({ start, end }) => start <= at && at < end);
  if (found) return found;
  const period = periodAt(monthlyOn(anchorDay), zone, at, []);
  if (computedPeriods.size >= computedMax) computedPeriods.clear();
  computedPeriods.set(key, [period, ...known].slice(0, 36));
  return period;
}
