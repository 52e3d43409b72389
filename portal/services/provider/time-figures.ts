import 'server-only';
import type pg from 'pg';
import { dayMs } from '#domain/instants';
import type { MetricOfAll } from '#domain/metrics-of-all';
import { countOf, percentileOf, readSpansOfAll } from '#prisma/all-reads';
import type { AllTopic, PartOfAll } from '#prisma/all-reads';
import { createBinder } from '../../lists/bind.ts';
import { utcDay } from '../../lists/buckets.ts';
import type { Window } from '../../lists/windows.ts';
import { readOfAllOrgs } from './all-figures.ts';
import { countMax } from './list-page.ts';
import { branchesSql } from './list-source.ts';
import { hasDayParts, partMs, partSql, partsOf } from './window-parts.ts';

/** How long something took at the median: in a window, in the one before, and in each of its parts. */
export interface TimeFigure {
  readonly medianMs: number | undefined;
  readonly beforeMs: number | undefined;
  readonly partsMs: readonly (number | undefined)[];
}

export const noTime: TimeFigure = { medianMs: undefined, beforeMs: undefined, partsMs: [] };

/** What days keep of the same rows, a figure for each of the times. */
export interface KeptTimes {
  readonly topic: AllTopic;
  readonly names: readonly MetricOfAll[];
  /** Of sources, where they are kept by them, as `source/step`; of what lost its source there must be none. */
  readonly of?: { readonly sources: readonly string[]; readonly unless: MetricOfAll };
}

interface Asked {
  /** Undefined where the filters leave other rows. */
  readonly kept: KeptTimes | undefined;
  /** Each as SQL of a row. */
  readonly times: readonly string[];
}

/** By the instant that the source is listed by. Of more rows than a list's total tells, from figures of days, to within 4.5 %. */
export async function readTimes<F>(
  pool: pg.Pool,
  source: Parameters<typeof branchesSql<F>>[0],
  filters: F,
  window: Window,
  { kept, times }: Asked,
): Promise<readonly TimeFigure[]> {
  const long = kept && (await readLong(pool, window, kept));
  if (long) return long;
  const { values, bind } = createBinder();
  const columns = [`t.${source.at} as at`, ...times.map((took, n) => `${took} as took${n}`)].join(', ');
  const branches = [window.previous, window].flatMap((span) =>
    branchesSql(source, filters, span, bind, undefined, columns),
  );
  const from = bind(new Date(window.from));
  const medians = times.map(
    (_, n) =>
      `(extract(epoch from percentile_cont(0.5) within group (order by s.took${n})) * 1000)::float8 as median${n}`,
  );
  const { rows } = await pool.query<Record<string, number | boolean | null>>(
    `select s.is_in, s.part, grouping(s.part) = 1 as is_whole, ${medians.join(', ')}
     from (select r.*, r.at >= ${from} as is_in,
         case when r.at >= ${from} then ${partSql('r.at', from, bind(partMs(window)))} end as part
       from (${branches.join(' union all ')}) r) s
     group by grouping sets ((s.is_in), (s.is_in, s.part))`,
    values,
  );
  return times.map((_, n) => {
    const median = (row: (typeof rows)[number] | undefined) => {
      const told = row?.[`median${n}`];
      return typeof told === 'number' ? told : undefined;
    };
    const whole = (isIn: boolean) => rows.find((row) => row['is_whole'] === true && row['is_in'] === isIn);
    return {
      medianMs: median(whole(true)),
      beforeMs: median(whole(false)),
      partsMs: partsOf(window, (part) => median(rows.find((row) => row['is_in'] === true && row['part'] === part))),
    };
  });
}

async function readLong(pool: pg.Pool, window: Window, { topic, names, of }: KeptTimes) {
  if (!hasDayParts(window)) return undefined;
  const asked = of ? names.flatMap((name) => beginningsOf(name, of.sources)) : names;
  const withUnless = of ? [...asked, of.unless] : asked;
  const [own, before] = await Promise.all([
    readOfAllOrgs(pool, topic, withUnless, window),
    readOfAllOrgs(pool, topic, withUnless, window.previous),
  ]);
  const [first] = names;
  if (!own || !before || !first || (of && countOf([...own, ...before], of.unless) > 0)) return undefined;
  const told = <T extends PartOfAll>(parts: readonly T[]) => (of ? timesOf(parts, of.sources) : parts);
  if (countOf(told([...own, ...before]), first) <= countMax) return undefined;
  const range = { from: utcDay(window.from), until: utcDay(window.to) };
  const spans = told(await readSpansOfAll(pool, asked, range, partMs(window) / dayMs));
  return names.map((name) => ({
    medianMs: percentileOf(told(own), name, median),
    beforeMs: percentileOf(told(before), name, median),
    partsMs: partsOf(window, (part) =>
      percentileOf(
        spans.filter(({ span }) => span === part),
        name,
        median,
      ),
    ),
  }));
}

/** A source that begins as another one does, up to a slash, is read with that one, and once. */
function beginningsOf(name: MetricOfAll, sources: readonly string[]) {
  const all = sources.map((source) => `${name}:${source}/` as const);
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(other)));
}

/** Of `source/step` the steps of some sources. */
function timesOf<T extends PartOfAll>(parts: readonly T[], sources: readonly string[]): readonly T[] {
  return parts.flatMap((kept) => {
    const end = kept.part.lastIndexOf('/');
    return sources.includes(kept.part.slice(0, Math.max(0, end))) ? [{ ...kept, part: kept.part.slice(end + 1) }] : [];
  });
}

const median = 0.5;
