import 'server-only';
import type pg from 'pg';
import type { Stock } from '#domain/stocks';
import { readLevels, readThrough } from '#prisma/metric-reads';
import type { ChangeMetric } from '#prisma/metric-reads';
import { readStocks } from '#prisma/stock-reads';
import { bucketsOf, plusDays, startsOf, utcDay } from '../../lists/buckets.ts';
import { currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import type { Money } from './money-sums.ts';

/** What there was at an instant: how many, and what they came to, the main currency first. */
export interface Point {
  readonly count: number;
  readonly sums: readonly Money[];
}

/** How something that there is now came to what it is; what nobody knows is undefined. */
export interface Course {
  /** Before the 30 whole days that end yesterday. */
  readonly before: Point | undefined;
  /** At the end of each of them. */
  readonly byDay: readonly (Point | undefined)[];
  /** By the last time that figures were brought up to date. */
  readonly today: Point | undefined;
}

export interface Courses<Name> {
  readonly byName: ReadonlyMap<Name, Course>;
  /** Through when they are up to date. */
  readonly through: number | undefined;
}

const daysShown = 30;

/** Of figures that days change, of some organisations or of all. Where they were never computed, nothing is known. */
export async function readLevelCourses<Name extends ChangeMetric>(
  pool: pg.Pool,
  names: readonly Name[],
  orgs: readonly string[],
  at: number,
): Promise<Courses<Name>> {
  const [order, levels, through] = await Promise.all([
    currencyOrder(pool),
    readLevels(pool, names, startsOf(daysUntil(at)), orgs.length > 0 ? orgs : undefined),
    readThrough(pool, names),
  ]);
  const byName = coursesOf(names, at, (name) => {
    const told = levels.filter(({ metric }) => metric === name);
    const isComputed = through !== undefined || told.length > 0;
    return (day) =>
      isComputed
        ? pointOf(
            told.filter((one) => one.day === day),
            order,
          )
        : undefined;
  });
  return { byName, through };
}

/** Of what is kept of each day when it is over. */
export async function readStockCourses<Name extends Stock>(
  pool: pg.Pool,
  names: readonly Name[],
  orgs: readonly string[],
  at: number,
): Promise<ReadonlyMap<Name, Course>> {
  const { starts, until } = startsOf(daysUntil(at));
  const range = { from: starts[0] ?? until, until };
  const [order, kept] = await Promise.all([
    currencyOrder(pool),
    readStocks(pool, names, range, orgs.length > 0 ? orgs : undefined),
  ]);
  return coursesOf(names, at, (name) => {
    const told = kept.filter(({ stock }) => stock === name);
    return (day) => {
      const own = told.filter((one) => one.day === day);
      return own.length > 0 ? pointOf(own, order) : undefined;
    };
  });
}

/** How many there were of several together; known where all of them are. */
export function countedTogether(courses: readonly Course[]): Course {
  const sum = (points: readonly (Point | undefined)[]) =>
    points.reduce((a, b) => a && b && { count: a.count + b.count, sums: [] });
  return {
    before: sum(courses.map(({ before }) => before)),
    byDay: (courses[0]?.byDay ?? []).map((_, day) => sum(courses.map(({ byDay }) => byDay[day]))),
    today: sum(courses.map(({ today }) => today)),
  };
}

function daysUntil(at: number) {
  const today = utcDay(at);
  return bucketsOf({ from: plusDays(today, -daysShown - 1), until: plusDays(today, 1) }, 'day');
}

function coursesOf<Name extends string>(
  names: readonly Name[],
  at: number,
  pointsOf: (name: Name) => (day: string) => Point | undefined,
): ReadonlyMap<Name, Course> {
  const days = daysUntil(at);
  return new Map(
    names.map((name) => {
      const on = pointsOf(name);
      const [before, ...rest] = days.map(({ from }) => on(from));
      return [name, { before, byDay: rest.slice(0, -1), today: rest.at(-1) }];
    }),
  );
}

function pointOf(told: readonly (Money & { readonly n: bigint })[], order: CurrencyOrder): Point {
  const sums = told.filter(({ minor }) => minor !== 0n).map(({ currency, minor }) => ({ currency, minor }));
  return { count: told.reduce((sum, { n }) => sum + Number(n), 0), sums: mainFirst(sums, order) };
}
