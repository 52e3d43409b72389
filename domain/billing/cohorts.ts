import type { EpochMs } from '../instants.ts';
import { sumMinor } from '../money.ts';
import { movementsOf, orgTotalsBefore, type MrrChange } from './mrr.ts';
import { utcMonthAfter, utcMonthOf, utcMonthPeriod } from './periods.ts';

/** What is left of a cohort at the end of a month: its orgs above 0, and their MRR. */
export interface CohortCell {
  readonly orgs: number;
  readonly mrrMinor: bigint;
}

/** The orgs of one currency whose MRR was first above 0 in one UTC month. */
export interface Cohort {
  readonly month: string;
  readonly currency: string;
  readonly orgs: number;
  /** Column k is the end of month k after the cohort's; null, not 0, while that month has not ended. */
  readonly columns: readonly (CohortCell | null)[];
}

/**
 * Cohorts by the month of an org's first MRR above 0, for good.
 * @param columns how many columns, the cohort's own month included
 * @param asOf a month counts from the instant it has ended
 */
export function cohortsOf(changes: readonly MrrChange[], columns: number, asOf: EpochMs): Cohort[] {
  const joined = movementsOf(changes).filter(({ kind }) => kind === 'new');
  const names = new Set(joined.map(({ at, currency }) => `${utcMonthOf(at)} ${currency}`));
  return [...names].toSorted().map((name) => {
    const [month = '', currency = ''] = name.split(' ');
    const members = joined.filter((one) => one.currency === currency && utcMonthOf(one.at) === month);
    const orgIds = new Set(members.map(({ orgId }) => orgId));
    const own = changes.filter((one) => one.currency === currency && orgIds.has(one.orgId));
    const ends = Array.from({ length: columns }, (_, k) => utcMonthPeriod(utcMonthAfter(month, k)).end);
    return { month, currency, orgs: orgIds.size, columns: ends.map((end) => (end <= asOf ? cellAt(own, end) : null)) };
  });
}

function cellAt(changes: readonly MrrChange[], end: EpochMs): CohortCell {
  const left = orgTotalsBefore(changes, end).filter(({ amountMinor }) => amountMinor > 0n);
  return { orgs: left.length, mrrMinor: sumMinor(left) };
}
