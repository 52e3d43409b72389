import 'server-only';
import type pg from 'pg';
import type { MetricOfAll } from '#domain/metrics-of-all';
import { countOf, percentileOf, readDaysOfAll } from '#prisma/all-reads';
import type { AllTopic } from '#prisma/all-reads';
import { createBinder } from '../../lists/bind.ts';
import { startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import type { Window } from '../../lists/windows.ts';
import { readOfAllOrgs } from './all-figures.ts';
import { partMs, partSql, partsOf } from './list-figures.ts';
import { countMax } from './list-page.ts';
import { branchesSql } from './list-source.ts';
import { hasDayParts } from './rolled-figures.ts';

/** How long something took at the median: in a window, in the one before, and in each of its parts. */
export interface TimeFigure {
  readonly medianMs: number | undefined;
  readonly beforeMs: number | undefined;
  readonly partsMs: readonly (number | undefined)[];
}

export const noTime: TimeFigure = { medianMs: undefined, beforeMs: undefined, partsMs: [] };

interface Asked {
  readonly topic: AllTopic;
  /** Whether the filters leave all there is, of which days are kept. */
  readonly isOfAll: boolean;
  /** Each as SQL of a row, and the figure of days that has it. */
  readonly times: readonly { readonly took: string; readonly ofAll: MetricOfAll }[];
}

/** By the instant that the source is listed by. Of more rows than a list's total tells, from figures of days, to within 4.5 %. */
export async function readTimes<F>(
  pool: pg.Pool,
  source: Parameters<typeof branchesSql<F>>[0],
  filters: F,
  window: Window,
  asked: Asked,
): Promise<readonly TimeFigure[]> {
  const long = asked.isOfAll ? await readLong(pool, window, asked) : undefined;
  if (long) return long;
  const { times } = asked;
  const { values, bind } = createBinder();
  const columns = [`t.${source.at} as at`, ...times.map(({ took }, n) => `${took} as took${n}`)].join(', ');
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

async function readLong(pool: pg.Pool, window: Window, { topic, times }: Asked) {
  if (!hasDayParts(window)) return undefined;
  const names = times.map(({ ofAll }) => ofAll);
  const [own, before] = await Promise.all([
    readOfAllOrgs(pool, topic, names, window),
    readOfAllOrgs(pool, topic, names, window.previous),
  ]);
  const [first] = names;
  if (!own || !before || !first || countOf([...own, ...before], first) <= countMax) return undefined;
  const days = await readDaysOfAll(pool, names, { from: utcDay(window.from), until: utcDay(window.to) });
  const size = partMs(window);
  const partOf = (day: string) => Math.floor((startOfUtcDay(day) - window.from) / size);
  return names.map((name) => ({
    medianMs: percentileOf(own, name, median),
    beforeMs: percentileOf(before, name, median),
    partsMs: partsOf(window, (part) =>
      percentileOf(
        days.filter(({ day }) => partOf(day) === part),
        name,
        median,
      ),
    ),
  }));
}

const median = 0.5;
