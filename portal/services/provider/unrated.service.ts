import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { unratedMetrics } from '../../metrics/usage.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { countedTogether, readStockCourses } from './courses.ts';
import type { Course } from './courses.ts';
import { distinctValues } from './distinct-values.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import { unratedList, unratedReasons } from './usage-list.ts';
import type { UnratedFilters, UnratedReason } from './usage-list.ts';

/** Usage of a period that no price was in force for. */
export interface UnratedRow {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  readonly meter: string;
  readonly start: number;
  readonly end: number;
  readonly reason: UnratedReason;
  readonly usageRows: bigint;
  readonly quantity: string;
  readonly notedAt: number;
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly meter: string;
  readonly period_start: Date;
  readonly period_end: Date;
  readonly reason: UnratedReason;
  readonly usage_rows: string;
  readonly quantity: string;
  readonly noted_at: Date;
}

export const unratedSource: ListSource<UnratedFilters, Stored, UnratedRow> = {
  table: 'unrated_usage',
  at: 'period_start',
  id: { column: 'meter', type: 'text' },
  isIdAlone: false,
  lists: ({ orgs, meters, reasons }) => ({ 't.org_id': orgs, 't.meter': meters, 't.reason': reasons }),
  where: ({ q }, bind) => (q === undefined ? [] : [`t.meter = ${bind(q)}`]),
  columns: `t.org_id, o.name as org_name, t.meter, t.period_start, t.period_end, t.reason, t.usage_rows::text,
    trim_scale(t.quantity)::text as quantity, t.noted_at`,
  joins: 'join org o on o.id = t.org_id',
  rowOf: (stored, key) => ({
    key,
    org: { id: stored.org_id, name: stored.org_name },
    meter: stored.meter,
    start: stored.period_start.getTime(),
    end: stored.period_end.getTime(),
    reason: stored.reason,
    usageRows: BigInt(stored.usage_rows),
    quantity: stored.quantity,
    notedAt: stored.noted_at.getTime(),
  }),
};

export async function listUnrated(staff: Staff, query: ListQuery<UnratedFilters>): Promise<Page<UnratedRow>> {
  assertCan(staff, 'usage');
  return readList(database().pool, unratedSource, query);
}

export async function getUnrated(staff: Staff, id: string): Promise<UnratedRow | undefined> {
  assertCan(staff, 'usage');
  return readOne(database().pool, unratedSource, id);
}

/** What the meter filter offers. */
export async function listUnratedMeters(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'usage');
  return distinctValues(database().pool, 'unrated_usage', 'meter');
}

export const unratedStocks = unratedReasons.map((reason) => `usage.unrated:${reason}` as const);
type UnratedStock = (typeof unratedStocks)[number];

export interface UnratedSummary extends Readonly<Record<UnratedReason | 'all', ListFigure>> {
  /** How each came to what it is; undefined where more is filtered by than organisations. */
  readonly courses: ReadonlyMap<UnratedReason | 'all', Course> | undefined;
}

export async function summarizeUnrated(staff: Staff, query: ListQuery<UnratedFilters>): Promise<UnratedSummary> {
  assertCan(staff, 'usage');
  const { q, orgs, meters } = query.filters;
  const figure = (metric: Metric) =>
    readFigure(database().pool, unratedSource, metricFilters(unratedList, metric, query, now()), undefined);
  const [all, noPlan, unknownMeter, noPrice, courses] = await Promise.all([
    figure(unratedMetrics.all),
    figure(unratedMetrics.no_plan),
    figure(unratedMetrics.unknown_meter),
    figure(unratedMetrics.no_price),
    q === undefined && meters.length === 0 ? readCourses(orgs) : undefined,
  ]);
  return { all, no_plan: noPlan, unknown_meter: unknownMeter, no_price: noPrice, courses };
}

async function readCourses(orgs: readonly string[]): Promise<UnratedSummary['courses']> {
  const told = await readStockCourses(database().pool, unratedStocks, orgs, now());
  const each = unratedReasons.flatMap((reason) => {
    const course = told.get(`usage.unrated:${reason}`);
    return course ? [[reason, course] as const] : [];
  });
  return new Map([['all', unratedCourse(told)], ...each]);
}

/** Of all reasons. */
export function unratedCourse(told: { readonly get: (stock: UnratedStock) => Course | undefined }): Course {
  return countedTogether(unratedStocks.flatMap((stock) => told.get(stock) ?? []));
}
