import 'server-only';
import type pg from 'pg';
import { readLevels, readThrough } from '#prisma/metric-reads';
import { bucketsOf, plusDays, startsOf, utcDay } from '../../lists/buckets.ts';
import { largestFirst } from './money-sums.ts';
import type { Money } from './money-sums.ts';

const daysShown = 30;

/** A level now, before the 30 whole days that end yesterday, and at the end of each day since; the main currency first. */
export interface Level {
  readonly now: readonly Money[];
  readonly before: readonly Money[];
  /** By currency. */
  readonly byDay: ReadonlyMap<string, readonly bigint[]>;
  readonly through: number | undefined;
}

/** What recurs, or what is due: of some organisations, or of all. */
export async function readLevel(
  pool: pg.Pool,
  name: 'mrr.net' | 'receivable.net',
  { orgs, currency }: { readonly orgs: readonly string[]; readonly currency: string | undefined },
  at: number,
): Promise<Level> {
  const today = utcDay(at);
  // What moved in a figure's 30 days and today makes of the one what the other is.
  const beforeAll = plusDays(today, -daysShown - 1);
  const [levels, through] = await Promise.all([
    readLevels(
      pool,
      name,
      startsOf(bucketsOf({ from: beforeAll, until: plusDays(today, 1) }, 'day')),
      orgs.length > 0 ? orgs : undefined,
    ),
    readThrough(pool, [name]),
  ]);
  const on = (day: string) =>
    sorted(
      levels.filter((one) => one.day === day && one.minor !== 0n),
      currency,
    );
  return {
    now: on(today),
    before: on(beforeAll),
    byDay: byCurrency(levels.filter(({ day }) => day > beforeAll)),
    through,
  };
}

function byCurrency(levels: readonly Money[]): ReadonlyMap<string, readonly bigint[]> {
  const courses = new Map<string, bigint[]>();
  for (const { currency, minor } of levels) courses.set(currency, [...(courses.get(currency) ?? []), minor]);
  return courses;
}

/** The chosen currency first, then the largest. */
function sorted(money: readonly Money[], chosen: string | undefined): readonly Money[] {
  const [first, others] = [true, false].map((is) => money.filter(({ currency }) => (currency === chosen) === is));
  return [...(first ?? []), ...largestFirst(others ?? [])].map(({ currency, minor }) => ({ currency, minor }));
}
