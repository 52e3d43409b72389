import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { distinctValues } from './distinct-values.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import { unratedSource } from './unrated.service.ts';
import { readPeriodDetail } from './usage-detail.ts';
import type { PeriodDetail } from './usage-detail.ts';
import type { PeriodState, UsageFilters } from './usage-list.ts';

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
  readonly isLate: boolean;
  readonly closedAt: number | undefined;
  readonly ratedAt: number;
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
  readonly is_late: boolean;
  readonly closed_at: Date | null;
  readonly rated_at: Date;
}

const late = `exists (select from invoice_line l where l.org_id = t.org_id and l.meter = t.meter and l.period_start = t.period_start and l.is_late)`;

export const usageSource: ListSource<UsageFilters, Stored, PeriodRow> = {
  table: 'rated_period',
  at: 'period_start',
  id: { column: 'meter', type: 'text' },
  isIdAlone: false,
  lists: ({ orgs, meters }) => ({ 't.org_id': orgs, 't.meter': meters }),
  where: conditionsOf,
  columns: `t.org_id, o.name as org_name, t.meter, t.period_start, t.period_end, t.usage_rows::text, trim_scale(t.quantity)::text as quantity,
    t.booked_minor::text, t.currency, t.closed_at, t.rated_at, ${late} as is_late`,
  joins: 'join org o on o.id = t.org_id',
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
    isLate: stored.is_late,
    closedAt: stored.closed_at?.getTime(),
    ratedAt: stored.rated_at.getTime(),
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
  /** Of periods that are still open. */
  readonly open: ListFigure;
  readonly rated: ListFigure;
  readonly late: ListFigure;
  readonly unrated: ListFigure;
}

export async function summarizeUsage(
  staff: Staff,
  { filters }: ListQuery<UsageFilters>,
  window: Window,
): Promise<UsageSummary> {
  assertCan(staff, 'usage');
  const { pool } = database();
  const booked = { minor: 't.booked_minor', currency: 't.currency' };
  const figure = (states: readonly PeriodState[], of?: Window) =>
    readFigure(pool, usageSource, { ...filters, states }, of, booked);
  const [open, rated, lateOnes, unrated] = await Promise.all([
    figure(['open']),
    figure(filters.states, window),
    figure(['late'], window),
    readFigure(pool, unratedSource, { q: undefined, orgs: filters.orgs, reasons: [] }, undefined),
  ]);
  return { open, rated, late: lateOnes, unrated };
}

function conditionsOf({ q, states }: UsageFilters, bind: Bind): readonly string[] {
  const sql: Record<PeriodState, string> = {
    open: 't.closed_at is null',
    closed: 't.closed_at is not null',
    late,
  };
  return [
    ...(states.length === 0 ? [] : [`(${states.map((state) => sql[state]).join(' or ')})`]),
    ...(q === undefined ? [] : [`t.meter = ${bind(q)}`]),
  ];
}
