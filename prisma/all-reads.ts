import { utcMonthAfter } from '#domain/billing/periods';
import type { EpochMs } from '#domain/instants';
import { dateOfDay, dayNumberOf } from '#domain/local-dates';
import type { MetricOfAll, topicsOfAll } from '#domain/metrics-of-all';
import { percentileOfSteps } from '#domain/time-steps';
import type { DayRange, Readable } from './metric-reads.ts';

/** What the days of a range come to, of all orgs together, by a word of their source. */
export interface PartOfAll {
  readonly metric: MetricOfAll;
  readonly part: string;
  readonly currency: string;
  readonly n: number;
  readonly minor: bigint;
}

interface PartRow {
  readonly metric: MetricOfAll;
  readonly part: string;
  readonly currency: string;
  readonly n: string;
  readonly minor: string;
}

/** A figure, of all words of its source or of those that begin with one. */
export type OfWords = MetricOfAll | `${MetricOfAll}:${string}/`;

export type AllTopic = (typeof topicsOfAll)[number];

/** Days after a range that are not over, or cut: what lies before an instant is computed from their source. */
export interface CutDays {
  readonly topic: AllTopic;
  readonly days: readonly string[];
  readonly until: EpochMs;
}

// Whole months are summed up already, so that a year is a dozen of them and the days before and after. What is looked up is fenced by `offset 0`:
// it is few rows of its index, whatever a plan guesses.
export async function readOfAll(
  db: Readable,
  names: readonly OfWords[],
  range: DayRange,
  cut?: CutDays,
): Promise<PartOfAll[]> {
  const { months, days } = wholeMonths(range);
  const ofCut = cut
    ? `union all select metric, currency, n, minor from totals_of_${cut.topic}($4::date[], $5) where exists (select from ${named} where ${isNamed})`
    : '';
  const { rows } = await db.query<PartRow>({
    name: cut ? `of-all-${cut.topic}` : 'of-all',
    text: `select split_part(metric, ':', 1) as metric, substr(metric, strpos(metric, ':') + 1) as part, currency, sum(n)::text as n,
        sum(minor)::text as minor
      from (
        select m.* from ${named} cross join lateral (
          select metric, currency, n, minor from metric_month_total where ${isNamed} and month = any ($2::date[]) offset 0) m
        union all
        select d.* from unnest($3::date[]) as one (day), ${named} cross join lateral (
          select metric, currency, n, minor from metric_day_total where day = one.day and ${isNamed} offset 0) d
        ${ofCut}) told group by 1, 2, 3`,
    values: [names.map(beginningOf), months, days, ...(cut ? [cut.days, new Date(cut.until)] : [])],
  });
  return rows.map(partOf);
}

/** The same of days that are over, by so many days each, counted from 0. */
export async function readSpansOfAll(
  db: Readable,
  names: readonly OfWords[],
  { from, until }: DayRange,
  days: number,
): Promise<(PartOfAll & { readonly span: number })[]> {
  const { rows } = await db.query<PartRow & { readonly span: number }>({
    name: 'spans-of-all',
    text: `select span, split_part(metric, ':', 1) as metric, substr(metric, strpos(metric, ':') + 1) as part, currency, n, minor
      from (
        select (d.day - $2::date) / $4::int as span, d.metric, d.currency, sum(d.n)::text as n, sum(d.minor)::text as minor
        from generate_series($2::date, $3::date - 1, interval '1 day') as one (day), ${named} cross join lateral (
          select * from metric_day_total where day = one.day::date and ${isNamed} offset 0) d
        group by 1, 2, 3) told`,
    values: [names.map(beginningOf), from, until, days],
  });
  return rows.map((row) => ({ span: row.span, ...partOf(row) }));
}

// Each value by its name: what is left of a row beside some of them costs twenty times as much, and a page reads thousands.
function partOf({ metric, part, currency, n, minor }: PartRow): PartOfAll {
  return { metric, part, currency, n: Number(n), minor: BigInt(minor) };
}

// The next letter ends what begins so, in the order of bytes.
const named =
  '(select first, left(first, -1) || chr(ascii(right(first, 1)) + 1) as after from unnest($1::text[]) as first) as named';
const isNamed = 'metric >= named.first and metric < named.after';

function beginningOf(name: OfWords): string {
  return name.includes(':') ? name : `${name}:`;
}

/** How many, of some words or of all. */
export function countOf(parts: readonly PartOfAll[], name: MetricOfAll, words: readonly string[] = []): number {
  return parts.reduce((sum, { metric, part, n }) => sum + (metric === name && isOf(words, part) ? n : 0), 0);
}

/** Below what so large a share of the times lies, to within 4.5 %, of some words or of all. */
export function percentileOf(
  parts: readonly PartOfAll[],
  name: MetricOfAll,
  share: number,
  words: readonly string[] = [],
): number | undefined {
  const steps = parts.flatMap(({ metric, part, n }) => {
    if (metric !== name) return [];
    const [step = '', ...word] = part.split('/');
    return isOf(words, word.join('/')) ? [[Number(step), n] as const] : [];
  });
  return percentileOfSteps(steps, share);
}

function isOf(words: readonly string[], word: string): boolean {
  return words.length === 0 || words.includes(word);
}

function wholeMonths({ from, until }: DayRange) {
  const [months, days]: [string[], string[]] = [[], []];
  for (let day = from; day < until;) {
    const next = day.endsWith('-01') ? `${utcMonthAfter(day.slice(0, 7), 1)}-01` : day;
    const isWhole = next > day && next <= until;
    (isWhole ? months : days).push(day);
    day = isWhole ? next : dateOfDay(dayNumberOf(day) + 1);
  }
  return { months, days };
}
