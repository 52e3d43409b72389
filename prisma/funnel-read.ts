import { funnelSteps, type FunnelRow, type FunnelStep } from '#domain/billing/funnel';
import { utcMonthOf, utcMonthPeriod, type Period } from '#domain/billing/periods';
import { ratio } from '#domain/billing/ratios';
import type { EpochMs } from '#domain/instants';
import type { MetricOfAll } from '#domain/metrics-of-all';
import { countOf, percentileOf, readOfAll } from './all-reads.ts';
import type { DayRange, Readable } from './metric-reads.ts';

type CountsRow = Readonly<Record<FunnelStep, string>> &
  Readonly<Record<`${FunnelStep}_ms`, number | null>> & { readonly source: string | null; readonly is_all: boolean };

export interface Funnel {
  readonly all: readonly FunnelRow[];
  /** Those of which most leads came first; undefined where a lead has none. */
  readonly bySource: readonly { readonly source: string | undefined; readonly rows: readonly FunnelRow[] }[];
}

const sourcesMax = 10;

/** How long each step took, and since when: the last step before that the lead has an instant of. */
const times = {
  contacted: 'contacted_at - received_at',
  qualified: 'qualified_at - coalesce(contacted_at, received_at)',
  converted: 'converted_at - coalesce(qualified_at, contacted_at, received_at)',
  invoiced: 'issued_at - coalesce(converted_at, qualified_at, contacted_at, received_at)',
  paid: 'paid_at - issued_at',
} as const satisfies Record<Exclude<FunnelStep, 'received'>, string>;

const medians = Object.entries(times)
  .map(([step, time]) => {
    const median = `percentile_cont(0.5) within group (order by ${time}) filter (where ${time} is not null)`;
    return `extract(epoch from ${median})::float8 * 1000 as ${step}_ms`;
  })
  .join(', ');

/**
 * Counts, step rates and median times over leads that came in a range, all and by source. A lead that reached a later step counts in the
 * earlier ones. Unless open cohorts are asked for, only UTC months that have ended count.
 */
export async function readFunnel(
  db: Readable,
  { start, end }: Period,
  asOf: EpochMs,
  only: { readonly orgIds?: readonly string[]; readonly sources?: readonly string[]; readonly hasOpen?: boolean } = {},
): Promise<Funnel> {
  const { orgIds, sources, hasOpen = false } = only;
  const until = hasOpen ? end : Math.min(end, utcMonthPeriod(utcMonthOf(asOf)).start);
  const filters = [
    ...(orgIds === undefined ? [] : [['l.org_id', orgIds] as const]),
    ...(sources === undefined ? [] : [['l.source', sources] as const]),
  ];
  const where = filters.map(([column], index) => `and ${column} = any ($${index + 3})`).join(' ');
  const { rows } = await db.query<CountsRow>({
    text: `with paths as (
        select l.source, l.status, l.received_at, l.contacted_at, l.qualified_at,
          case when l.status = 'converted' then l.converted_at end as converted_at, i.issued_at, i.paid_at
        from lead l left join lateral (
          select min(i.issued_at) as issued_at, min(i.paid_at) filter (where i.status = 'paid') as paid_at
          from invoice_line b join invoice i on i.org_id = b.org_id and i.id = b.invoice_id
          where l.is_billed and b.org_id = l.org_id and b.source = 'lead:' || l.id and i.issued_at is not null) i on true
        where l.created_at >= $1 and l.created_at < $2 and l.received_at is not null ${where})
      select source, grouping(source) = 1 as is_all, count(*) as received,
        count(*) filter (where contacted_at is not null or status in ('contacted', 'qualified', 'converted') or issued_at is not null) as contacted,
        count(*) filter (where qualified_at is not null or status in ('qualified', 'converted') or issued_at is not null) as qualified,
        count(*) filter (where status = 'converted' or issued_at is not null) as converted,
        count(*) filter (where issued_at is not null) as invoiced, count(*) filter (where paid_at is not null) as paid, ${medians}
      from paths group by grouping sets ((), (source)) order by is_all desc, count(*) desc, source limit ${sourcesMax + 1}`,
    values: [new Date(start), new Date(until), ...filters.map(([, value]) => value)],
  });
  const rowsOf = (row: CountsRow) => funnelSteps.map((step, index) => rowOf(row, step, funnelSteps[index - 1]));
  const all = rows.find((row) => row.is_all);
  return {
    all: all ? rowsOf(all) : [],
    bySource: rows.filter((row) => !row.is_all).map((row) => ({ source: row.source ?? undefined, rows: rowsOf(row) })),
  };
}

/** Counts of the step, and how long it took since the one before. */
const ofStep = {
  received: ['all.leads.came'],
  contacted: ['all.leads.contacted', 'all.leads.time_to_contacted'],
  qualified: ['all.leads.qualified', 'all.leads.time_to_qualified'],
  converted: ['all.leads.converted', 'all.leads.time_to_converted'],
  invoiced: ['all.leads.invoiced', 'all.leads.time_to_invoiced'],
  paid: ['all.leads.paid', 'all.leads.time_to_paid'],
} as const satisfies Record<FunnelStep, readonly MetricOfAll[]>;

/**
 * The same over leads of all orgs, created on UTC days, from figures of days: median times are known to within 4.5 %. Undefined where so many
 * sources were told that those asked for may not be all there.
 */
export async function readFunnelOfAll(
  db: Readable,
  days: DayRange,
  sources: readonly string[] = [],
): Promise<Funnel | undefined> {
  const all = await readOfAll(db, [...Object.values(ofStep).flat(), 'all.leads.unlisted'], days);
  if (sources.length > 0 && countOf(all, 'all.leads.unlisted') > 0) return undefined;
  const rowsOf = (words: readonly string[]) =>
    funnelSteps.map((step, index) => {
      const before = funnelSteps[index - 1];
      const [counted, timed] = ofStep[step];
      const count = countOf(all, counted, words);
      return {
        step,
        count,
        rate: before && ratio(BigInt(count), BigInt(countOf(all, ofStep[before][0], words))),
        medianMs: timed && percentileOf(all, timed, 0.5, words),
      };
    });
  const came = all.filter(
    ({ metric, part }) => metric === 'all.leads.came' && (sources.length === 0 || sources.includes(part)),
  );
  const first = came.toSorted((a, b) => b.n - a.n || (a.part < b.part ? -1 : 1)).slice(0, sourcesMax);
  return {
    all: rowsOf(sources),
    bySource: first.map(({ part }) => ({ source: part === '' ? undefined : part, rows: rowsOf([part]) })),
  };
}

/** The median time from a lead's first event to its conversion, over leads converted in a range; undefined over none. */
export async function readTimeToConvert(db: Readable, { start, end }: Period): Promise<number | undefined> {
  const { rows } = await db.query<{ ms: number | null }>({
    name: 'time-to-convert',
    text: `select extract(epoch from percentile_cont(0.5) within group (order by converted_at - created_at))::float8 * 1000 as ms
      from lead where status = 'converted' and converted_at >= $1 and converted_at < $2`,
    values: [new Date(start), new Date(end)],
  });
  return rows[0]?.ms ?? undefined;
}

function rowOf(row: CountsRow, step: FunnelStep, before: FunnelStep | undefined): FunnelRow {
  return {
    step,
    count: Number(row[step]),
    rate: before && ratio(BigInt(row[step]), BigInt(row[before])),
    medianMs: row[`${step}_ms`] ?? undefined,
  };
}
