import 'server-only';
import type pg from 'pg';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { presetWindow } from '../../lists/windows.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { utc } from '../../lists/zones.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { aiAlertMetrics } from '../../metrics/usage.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { aiAlertsList } from './ai-list.ts';
import type { AiAlertFilters } from './ai-list.ts';
import { readMonth } from './ai-months.ts';
import type { OrgMonth } from './ai-months.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readAll, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

/** A level of a month's limit that an organisation reached. */
export interface AiAlert {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  /** Its first day. */
  readonly month: string;
  /** Whether the month goes on: what is over is only told. */
  readonly isRunning: boolean;
  readonly level: number;
  readonly notifiedAt: number | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly acknowledgedBy: string | undefined;
  readonly isMuted: boolean;
}

/** With how the organisation stands now; undefined where the month is over, or the plan has no allowance any more. */
export interface AiAlertRow extends AiAlert {
  readonly standing: OrgMonth | undefined;
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly month: string;
  readonly level: number;
  readonly notified_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly is_muted: boolean;
}

export const isMuted = 'exists (select from ai_mute m where m.org_id = t.org_id and m.month = t.month)';
const ofState = {
  open: 't.acknowledged_at is null',
  acknowledged: 't.acknowledged_at is not null',
  muted: isMuted,
} as const;
/** The same at an instant that is over, as far as it is still known. */
const ofStateThen = {
  open: (at: string) => `(t.acknowledged_at is null or t.acknowledged_at >= ${at})`,
  acknowledged: (at: string) => `t.acknowledged_at < ${at}`,
  muted: (at: string) =>
    `exists (select from ai_mute m where m.org_id = t.org_id and m.month = t.month and m.muted_at < ${at})`,
} as const;

export const aiAlertsSource: ListSource<AiAlertFilters, Stored, AiAlert> = {
  table: 'ai_alert',
  at: 'fired_at',
  id: { column: 'level', type: 'bigint' },
  isIdAlone: false,
  lists: ({ orgs }) => ({ 't.org_id': orgs }),
  where: (filters, bind) => conditionsOf(filters, bind),
  columns: `t.org_id, o.name as org_name, t.month::text, t.level, t.notified_at, t.acknowledged_at, t.acknowledged_by, ${isMuted} as is_muted`,
  joins: 'join org o on o.id = t.org_id',
  rowOf: (stored, key) => ({
    key,
    org: { id: stored.org_id, name: stored.org_name },
    month: stored.month,
    isRunning: stored.month === monthOf(now()),
    level: stored.level,
    notifiedAt: stored.notified_at?.getTime(),
    acknowledgedAt: stored.acknowledged_at?.getTime(),
    acknowledgedBy: stored.acknowledged_by ?? undefined,
    isMuted: stored.is_muted,
  }),
};

/** Alerts as they stood at the end of a span, when its month was the running one. */
function sourceAsOf(span: Span): typeof aiAlertsSource {
  return { ...aiAlertsSource, where: (filters, bind) => conditionsOf(filters, bind, span) };
}

function conditionsOf({ q, levels, states, months }: AiAlertFilters, bind: Bind, span?: Span): string[] {
  const then = span && bind(new Date(span.to));
  const isIn = (state: keyof typeof ofState) => (then === undefined ? ofState[state] : ofStateThen[state](then));
  return [
    ...(then === undefined ? [] : [`t.fired_at < ${then}`]),
    ...(q === undefined ? [] : [`t.org_id in (select o.id from org o where o.id = ${bind(q)} or o.name = ${bind(q)})`]),
    ...(levels.length === 0 ? [] : [`t.level = any (${bind(levels)}::int[])`]),
    ...(states.length === 0 ? [] : [`(${states.map(isIn).join(' or ')})`]),
    ...(months.length === 0 ? [] : [`t.month = ${bind(monthOf(span?.from ?? now()))}::date`]),
  ];
}

export async function listAiAlerts(staff: Staff, query: ListQuery<AiAlertFilters>): Promise<Page<AiAlertRow>> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const page = await readList(pool, aiAlertsSource, query);
  return { ...page, rows: await withStanding(pool, page.rows) };
}

export async function getAiAlert(staff: Staff, id: string): Promise<AiAlertRow | undefined> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const found = await readOne(pool, aiAlertsSource, id);
  return found && (await withStanding(pool, [found]))[0];
}

/** The newest of the running month, of some levels and organisations or of all. */
export async function newestAiAlerts(
  staff: Staff,
  { alerts, orgs }: { readonly alerts: AiAlertFilters['levels']; readonly orgs: readonly string[] },
  limit: number,
): Promise<readonly AiAlertRow[]> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const filters = { q: undefined, orgs, levels: alerts, states: [], months: ['running' as const] };
  return withStanding(
    pool,
    await readAll(pool, aiAlertsSource, { filters, range: undefined, direction: 'desc' }, limit),
  );
}

export interface AiAlertsSummary extends Readonly<Record<'all' | 'full' | 'open' | 'muted', ListFigure>> {
  /** As far into the month before, of its alerts. */
  readonly before: Readonly<Record<'open' | 'muted', number>>;
}

export async function summarizeAiAlerts(
  staff: Staff,
  query: ListQuery<AiAlertFilters>,
  window: Window,
): Promise<AiAlertsSummary> {
  assertCan(staff, 'ai');
  const figure = (metric: Metric, source = aiAlertsSource) =>
    readFigure(
      database().pool,
      source,
      metricFilters(aiAlertsList, metric, query, now()),
      metric.isWindowed ? window : undefined,
    );
  const then = sourceAsOf(presetWindow('mtd', now(), utc).previous);
  const metrics = aiAlertMetrics;
  const [all, full, open, muted, openThen, mutedThen] = await Promise.all([
    figure(metrics.all),
    figure(metrics.full),
    figure(metrics.open),
    figure(metrics.muted),
    figure(metrics.open, then),
    figure(metrics.muted, then),
  ]);
  return { all, full, open, muted, before: { open: openThen.count, muted: mutedThen.count } };
}

async function withStanding(pool: pg.Pool, rows: readonly AiAlert[]): Promise<readonly AiAlertRow[]> {
  const ids = [...new Set(rows.filter(({ isRunning }) => isRunning).map(({ org }) => org.id))];
  const months = ids.length === 0 ? [] : await readMonth(pool, now(), ids);
  const byOrg = new Map(months.map((one) => [one.org.id, one]));
  return rows.map((row) => ({ ...row, standing: row.isRunning ? byOrg.get(row.org.id) : undefined }));
}

/** The first day of an instant's UTC month. */
export function monthOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 7)}-01`;
}
