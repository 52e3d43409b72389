import 'server-only';
import type pg from 'pg';
import { dayMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { presetWindow } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { usageMetrics } from '../../metrics/usage.ts';
import { now } from '../../server/now.ts';
import { database } from '../../server/database.ts';
import { readStockCourses } from './courses.ts';
import type { Course } from './courses.ts';
import { distinctValues } from './distinct-values.ts';
import { currencyOrder } from './currency-order.ts';
import { figureOf, readEachBeside, readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Sums } from './money-sums.ts';
import type { Page } from './list-page.ts';
import { lastPriced } from './line-explanation.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import { unratedCourse, unratedSource, unratedStocks } from './unrated.service.ts';
import { readExplanation, readPeriodDetail } from './usage-detail.ts';
import type { PeriodDetail } from './usage-detail.ts';
import { reports as allReports, unratedList, usageList } from './usage-list.ts';
import type { PeriodState, UsageFilters } from './usage-list.ts';
import { reportedSince, runningColumns, runningSql } from './usage-reports.ts';

export interface PeriodRow {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  readonly meter: string;
  readonly start: number;
  readonly end: number;
  readonly usageRows: bigint;
  readonly quantity: string;
  readonly bookedMinor: bigint;
  readonly currency: string;
  readonly state: PeriodState;
  readonly lateRows: bigint;
  readonly closedAt: number | undefined;
  readonly ratedAt: number;
  /** How its latest line of usage came about, and which invoice that is on; undefined where none bills it. */
  readonly billed: BilledAs | undefined;
}

export interface BilledAs {
  readonly included: string | undefined;
  readonly billable: string | undefined;
  /** The price of its last step, what one of it is, and its tier where prices are by tiers. */
  readonly unitPrice: string | undefined;
  readonly priceOf: string | undefined;
  readonly tier: number | undefined;
  readonly model: string | undefined;
  /** Without a number it is a draft. */
  readonly invoice: { readonly id: string; readonly number: string | undefined };
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly meter: string;
  readonly period_start: Date;
  readonly period_end: Date;
  readonly usage_rows: string;
  readonly quantity: string;
  readonly booked_minor: string;
  readonly currency: string;
  readonly adjusted_at: Date | null;
  readonly late_rows: string;
  readonly is_on_draft: boolean;
  readonly closed_at: Date | null;
  readonly rated_at: Date;
  readonly explanation: unknown;
  readonly invoice_id: string | null;
  readonly invoice_number: string | null;
}

/** A line of the window waits on a draft. */
const onDraft = `exists (select from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
  where l.org_id = t.org_id and l.meter = t.meter and l.period_start = t.period_start and i.status = 'draft')`;
/** The same, from the drafts: there are few of them. */
const inDrafts = `(t.org_id, t.meter, t.period_start) in (
  select l.org_id, l.meter, l.period_start from invoice i
  cross join lateral (select * from invoice_line l where l.org_id = i.org_id and l.invoice_id = i.id and l.meter is not null offset 0) l
  where i.source = 'rated' and i.status = 'draft')`;

const stateSql: Readonly<Record<PeriodState, string>> = {
  open: '(t.closed_at is null and t.adjusted_at is null)',
  rated: `(t.closed_at is not null and t.adjusted_at is null and ${inDrafts})`,
  invoiced: `(t.closed_at is not null and t.adjusted_at is null and not ${onDraft})`,
  adjusted: 't.adjusted_at is not null',
};

/** The state of a row. */
export const stateOfRowSql = `case when t.adjusted_at is not null then 'adjusted' when t.closed_at is null then 'open'
  when ${onDraft} then 'rated' else 'invoiced' end`;

export const usageSums = {
  amount: { minor: 't.booked_minor', currency: 't.currency' },
} satisfies Sums;

export const usageSource: ListSource<UsageFilters, Stored, PeriodRow> = {
  table: 'rated_period',
  at: 'period_start',
  id: { column: 'meter', type: 'text' },
  isIdAlone: false,
  lists: ({ orgs, meters }) => ({ 't.org_id': orgs, 't.meter': meters }),
  where: conditionsOf,
  columns: `t.org_id, o.name as org_name, t.meter, t.period_start, t.period_end, t.usage_rows::text, trim_scale(t.quantity)::text as quantity,
    t.booked_minor::text, t.currency, t.closed_at, t.rated_at, t.adjusted_at, t.late_rows::text, ${onDraft} as is_on_draft,
    x.explanation, x.invoice_id, x.number as invoice_number`,
  joins: `join org o on o.id = t.org_id
    left join lateral (
      select l.explanation, l.invoice_id, i.number from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
      where l.org_id = t.org_id and l.meter = t.meter and l.period_start = t.period_start
      order by l.explanation ->> 'kind' = 'usage' desc, l.created_at desc, l.source_key desc limit 1) x on true`,
  sums: usageSums,
  rowOf: (stored, key) => ({
    key,
    org: { id: stored.org_id, name: stored.org_name },
    meter: stored.meter,
    start: stored.period_start.getTime(),
    end: stored.period_end.getTime(),
    usageRows: BigInt(stored.usage_rows),
    quantity: stored.quantity,
    bookedMinor: BigInt(stored.booked_minor),
    currency: stored.currency,
    state: stateOf(stored),
    lateRows: BigInt(stored.late_rows),
    closedAt: stored.closed_at?.getTime(),
    ratedAt: stored.rated_at.getTime(),
    billed: billedAs(stored),
  }),
};

export async function listPeriods(staff: Staff, query: ListQuery<UsageFilters>): Promise<Page<PeriodRow>> {
  assertCan(staff, 'usage');
  return readList(database().pool, usageSource, query);
}

export async function getPeriod(staff: Staff, id: string): Promise<(PeriodRow & PeriodDetail) | undefined> {
  assertCan(staff, 'usage');
  const { pool } = database();
  const row = await readOne(pool, usageSource, id);
  return row && { ...row, ...(await readPeriodDetail(pool, row)) };
}

/** What the meter filter offers. */
export async function listMeters(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'usage');
  return distinctValues(database().pool, 'rated_period', 'meter');
}

export interface UsageSummary {
  /** Rated and not invoiced: of windows that are open, and of those whose lines wait on drafts. */
  readonly billable: ListFigure;
  readonly unrated: ListFigure;
  readonly oldestUnrated: number | undefined;
  /** Of the windows under way: those whose meter told something in the last 24 hours, and all. */
  readonly reporting: ListFigure;
  readonly expected: number;
  /** Windows whose late usage was counted this month; the sum is of its rows. */
  readonly late: ListFigure;
  /** How those that are of now came to what they are; undefined where more is filtered by than organisations. */
  readonly courses: Readonly<Record<'billable' | 'unrated' | 'reporting' | 'expected', Course | undefined>> | undefined;
}

/** By when late usage of them was counted last. */
const lateSource = { ...usageSource, at: 'late_at' };

const rowsOf = (column: string) => ({ minor: column, currency: "'rows'" });

export async function summarizeUsage(staff: Staff, query: ListQuery<UsageFilters>): Promise<UsageSummary> {
  const { orgs } = query.filters;
  assertCan(staff, 'usage');
  const { pool } = database();
  const unratedOf = metricFilters(unratedList, usageMetrics.unrated, query, now());
  const [billable, unrated, oldest, running, late, courses] = await Promise.all([
    readBillable(pool, metricFilters(usageList, usageMetrics.billable, query, now())),
    readFigure(pool, unratedSource, unratedOf, undefined, rowsOf('t.usage_rows')),
    pool.query<{ at: Date | null }>(
      'select min(period_start) as at from unrated_usage where $1::text[] is null or org_id = any ($1)',
      [orgs.length > 0 ? orgs : null],
    ),
    readRunning(pool, metricFilters(usageList, usageMetrics.reporting, query, now())),
    readFigure(
      pool,
      lateSource,
      { ...metricFilters(usageList, usageMetrics.late, query, now()), late: undefined },
      presetWindow('mtd', now(), query.zone),
      rowsOf('t.late_rows'),
    ),
    query.filters.q === undefined && query.filters.meters.length === 0 ? readCourses(pool, orgs) : undefined,
  ]);
  const oldestUnrated = oldest.rows[0]?.at?.getTime();
  return { billable, unrated, oldestUnrated, ...running, late, courses };
}

/** How they came to what they are; of what has no price in force, whyever it has none. */
async function readCourses(pool: pg.Pool, orgs: readonly string[]): Promise<UsageSummary['courses']> {
  const names = ['usage.billable', ...unratedStocks, 'usage.reporting', 'usage.expected'] as const;
  const told = await readStockCourses(pool, names, orgs, now());
  return {
    billable: told.get('usage.billable'),
    unrated: unratedCourse(told),
    reporting: told.get('usage.reporting'),
    expected: told.get('usage.expected'),
  };
}

/** Each state by itself, since each is found by an index of its own. */
async function readBillable(pool: pg.Pool, filters: UsageFilters): Promise<ListFigure> {
  const each = filters.states.map((state) => ({ filters: { ...filters, states: [state] }, days: undefined }));
  const told = await readEachBeside(pool, usageSource, each, undefined, usageSums.amount);
  return figureOf(told.flat(), undefined, await currencyOrder(pool));
}

/** Of the windows under way how many reported, as the list says of each. */
async function readRunning(
  pool: pg.Pool,
  filters: UsageFilters,
): Promise<Pick<UsageSummary, 'reporting' | 'expected'>> {
  const { text, values } = windowed(
    (bind) => branchesSql(usageSource, { ...filters, reports: allReports }, undefined, bind, undefined, runningColumns),
    runningSql,
  );
  const found = await pool.query<{ expected: number; reporting: number }>(text, values);
  const { expected = 0, reporting: count = 0 } = found.rows[0] ?? {};
  return { expected, reporting: figureOf([{ at: undefined, currency: null, count, minor: null }], undefined, []) };
}

/** Longer than any window: what is under way began later. */
const windowMsMax = 63 * dayMs;

function conditionsOf({ q, states, reports, late }: UsageFilters, bind: Bind): readonly string[] {
  const [only] = reports;
  const at = now();
  return [
    ...(states.length === 0 ? [] : [`(${states.map((state) => stateSql[state]).join(' or ')})`]),
    ...(reports.length === 0
      ? []
      : [
          't.closed_at is null',
          `t.period_start > ${bind(new Date(at - windowMsMax))} and t.period_start <= ${bind(new Date(at))}`,
          `t.period_end > ${bind(new Date(at))}`,
        ]),
    ...(reports.length === 1 && only ? [only === 'on' ? reportedSince(bind) : `not ${reportedSince(bind)}`] : []),
    ...(late
      ? [`t.late_at >= ${bind(new Date(late.window.from))} and t.late_at < ${bind(new Date(late.window.to))}`]
      : []),
    ...(q === undefined ? [] : [`t.meter = ${bind(q)}`]),
  ];
}

function stateOf({ adjusted_at, closed_at, is_on_draft }: Stored): PeriodState {
  if (adjusted_at !== null) return 'adjusted';
  if (closed_at === null) return 'open';
  return is_on_draft ? 'rated' : 'invoiced';
}

/** The same of the price that `lastPriced` takes. */
export function priceSql(name: 'unitPrice' | 'of' | 'tier'): string {
  return `(select p.told ->> '${name}' from jsonb_array_elements(x.explanation -> 'parts') with ordinality p (told, n)
    order by p.told ->> 'of' <> 'fee' desc, p.n desc limit 1)`;
}

function billedAs({ explanation, invoice_id: invoiceId, invoice_number }: Stored): BilledAs | undefined {
  if (invoiceId === null) return undefined;
  const told = readExplanation(explanation);
  const step = told && lastPriced(told.parts);
  return {
    included: told?.freeUnits,
    billable: told?.billable,
    unitPrice: step?.unitPrice,
    priceOf: step?.of,
    tier: step?.tier,
    model: told?.model,
    invoice: { id: invoiceId, number: invoice_number ?? undefined },
  };
}
