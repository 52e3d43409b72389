import 'server-only';
import type pg from 'pg';
import { dayMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { askedTogether } from '#prisma/asked-together';
import { createBinder } from '../../lists/bind.ts';
import { utcDay } from '../../lists/buckets.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { now } from '../../server/now.ts';
import { countMax } from './list-page.ts';
import { figureParts, hasDayParts, partMs, startOf } from './window-parts.ts';

/** Figures of days that say of the same rows what a list's filters mean. */
export interface Rolled {
  /** Their names, with the words of those that are told by one: what counts the rows, and what they come to. */
  readonly counts: readonly string[];
  readonly sums?: readonly string[];
  /** What the rows are found among, where it takes reading all of that to count them. */
  readonly among?: readonly string[];
  /** How often the amounts of days are in those of the list: below 0 where these are taken away. */
  readonly times?: bigint;
  /** What must not be: where there is any of it, the others are not all that there is. */
  readonly unless?: string;
  /** What is read when its days are over, and the name under which it stands up to when it was. */
  readonly through?: string;
  /** None for all. */
  readonly orgs: readonly string[];
}

/** Rows of a figure that lie in one of its parts, or before its window. */
export interface FigureRow {
  readonly at: EpochMs | undefined;
  readonly currency: string | null;
  readonly count: number;
  readonly minor: string | null;
}

export interface RolledDays {
  readonly rows: readonly FigureRow[];
  /** What is left to be counted: days that are under way, or cut by the window. */
  readonly rest: readonly Span[];
}

const noCurrency = 'XXX';

/**
 * All there is, or the whole days of a window and of the one before, where that is more than a list's total tells: what is less is counted.
 * Undefined too where the window's days are not those of the figures, which are UTC.
 * @param partsMax how many parts the window is told in: their days are added up where they are read
 */
export async function readRolled(
  pool: pg.Pool,
  rolled: Rolled,
  window: Window | undefined,
  partsMax = figureParts,
): Promise<RolledDays | undefined> {
  const [days] = await readRolledEach(pool, [rolled], window, partsMax);
  return days;
}

/** The same of figures of the same organisations, in one statement; the first says for all when their days are over. */
export async function readRolledEach(
  pool: pg.Pool,
  each: readonly Rolled[],
  window: Window | undefined,
  partsMax = figureParts,
): Promise<readonly (RolledDays | undefined)[]> {
  const [first] = each;
  if (!first || (window && !hasDayParts(window))) return each.map(() => undefined);
  const spans = window ? [window.previous, window] : [];
  const known = first.through === undefined ? now() : Math.min(now(), await throughOf(pool, first.through));
  const whole = spans.map(({ from, to }) => ({ from, to: Math.max(from, Math.min(startOf(to), startOf(known))) }));
  const rest = spans.map(({ to }, at) => ({ from: whole[at]?.to ?? to, to })).filter(({ from, to }) => from < to);
  const parts = window && { from: window.from, ms: partMs(window, partsMax), spans: whole };
  const days = await readDays(pool, each, parts);
  return each.map((rolled) => largeOf(rolled, days, parts, rest));
}

/** When figures that are read as their days end were read last; the beginning of time where they never were. */
export async function throughOf(pool: pg.Pool, name: string): Promise<EpochMs> {
  const { rows } = await pool.query<{ through: Date }>('select through from metric_watermark where metric = $1', [
    name,
  ]);
  return rows[0]?.through.getTime() ?? 0;
}

function largeOf(
  { counts, sums = [], among = counts, unless, times = 1n }: Rolled,
  days: readonly DayRow[],
  parts: DayParts | undefined,
  rest: readonly Span[],
) {
  const count = (names: readonly string[]) =>
    days.reduce((sum, { metric, n }) => sum + (names.includes(metric) ? Number(n) : 0), 0);
  if (count(among) <= countMax || (unless !== undefined && count([unless]) > 0)) return undefined;
  const rows = days.flatMap(({ metric, part, currency, n, minor }) => {
    if (!counts.includes(metric) && !sums.includes(metric)) return [];
    // Rows without a currency have no amount.
    const isSum = sums.includes(metric) && !(currency === noCurrency && minor === '0');
    return {
      at: parts && parts.from + part * parts.ms,
      currency: isSum ? currency : null,
      count: counts.includes(metric) ? Number(n) : 0,
      minor: isSum ? `${times * BigInt(minor)}` : null,
    };
  });
  return { rows, rest };
}

/** Whole days of a window and of the one before, by its parts: those before it are below 0. */
interface DayParts {
  readonly from: EpochMs;
  readonly ms: number;
  readonly spans: readonly Span[];
}

interface DayRow {
  readonly metric: string;
  readonly part: number;
  readonly currency: string;
  readonly n: string;
  readonly minor: string;
}

async function readDays(
  pool: pg.Pool,
  each: readonly Rolled[],
  parts: DayParts | undefined,
): Promise<readonly DayRow[]> {
  const names = each.flatMap(({ counts, sums = [], among = [], unless = '' }) => [
    ...counts,
    ...sums,
    ...among,
    unless,
  ]);
  const orgs = each[0]?.orgs ?? [];
  const table = orgs.length > 0 ? 'metric_day' : 'metric_day_total';
  const { values, bind } = createBinder();
  const spans = parts?.spans.map(({ from, to }) => `(day >= ${bind(utcDay(from))} and day < ${bind(utcDay(to))})`);
  const conditions = [
    ...(spans ? [`(${spans.join(' or ')})`] : []),
    ...(orgs.length > 0 ? [`org_id = any (${bind(orgs)})`] : []),
  ];
  const part = parts
    ? `floor((day - ${bind(utcDay(parts.from))}::date) / ${bind(parts.ms / dayMs)}::float8)::int`
    : '0';
  return daysTogether(pool, JSON.stringify([table, values]), names, async (all) => {
    const { rows } = await pool.query<DayRow>({
      name: `rolled-${parts ? 'parts' : 'all'}-${table}`,
      text: `select metric, ${part} as part, currency, sum(n)::text as n, sum(minor)::text as minor
       from ${table} where ${[...conditions, `metric = any ($${values.length + 1})`].join(' and ')} group by 1, 2, 3`,
      values: [...values, all],
    });
    return rows;
  });
}

const daysTogether = askedTogether<pg.Pool, DayRow>();
