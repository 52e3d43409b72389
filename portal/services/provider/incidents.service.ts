import 'server-only';
import { parseBusinessHours, type BusinessHours } from '#domain/billing/business-hours';
import { countOf, percentileOf } from '#prisma/all-reads';
import { assertCan, can, isStaffRole } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { incidentMetrics } from '../../metrics/operations.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readOfAllOrgs } from './all-figures.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { incidentsList, resolvedList, severities } from './incidents-list.ts';
import type { IncidentFilters, IncidentSeverity } from './incidents-list.ts';
import { incidentsSource, resolvedSource } from './incidents-source.ts';
import type { IncidentRow } from './incidents-source.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { countMax } from './list-page.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { Rolled } from './rolled-figures.ts';

export interface IncidentDetail extends IncidentRow {
  readonly description: string | undefined;
  readonly escalationReason: string | undefined;
  readonly resolutionText: string | undefined;
  /** Of its organisation, in which its clocks run; undefined where they run always. */
  readonly hours: BusinessHours | undefined;
  readonly entity: EntityDetail;
}

export async function listIncidents(staff: Staff, query: ListQuery<IncidentFilters>): Promise<Page<IncidentRow>> {
  assertCan(staff, 'incidents');
  return readList(database().pool, incidentsSource, query);
}

export async function listResolved(staff: Staff, query: ListQuery<IncidentFilters>): Promise<Page<IncidentRow>> {
  assertCan(staff, 'incidents');
  return readList(database().pool, resolvedSource, query);
}

/** Open or resolved: a panel stays open over what moves its row to the other tab. */
export async function getIncident(staff: Staff, id: string): Promise<IncidentDetail | undefined> {
  assertCan(staff, 'incidents');
  const { pool, prisma } = database();
  const row = await readOne(pool, incidentsSource, id);
  if (!row) return undefined;
  const [entity, told, billed] = await Promise.all([
    readEntity(pool, { org: row.org.id, id: row.id, table: 'incident', kind: 'incident' }),
    prisma.incident.findUnique({
      where: { orgId_id: { orgId: row.org.id, id: row.id } },
      select: { description: true, escalationReason: true, resolution: true },
    }),
    prisma.orgBilling.findUnique({ where: { orgId: row.org.id }, select: { businessHours: true } }),
  ]);
  const hours = parseBusinessHours(billed?.businessHours);
  return {
    ...row,
    entity,
    hours: hours.ok ? hours.value : undefined,
    description: told?.description ?? undefined,
    escalationReason: told?.escalationReason ?? undefined,
    resolutionText: told?.resolution ?? undefined,
  };
}

/** The same, as the list of what is resolved names it. */
export async function getResolved(staff: Staff, id: string): Promise<IncidentDetail | undefined> {
  const detail = await getIncident(staff, id);
  return detail && { ...detail, key: { ...detail.key, at: detail.resolvedAt ?? detail.key.at } };
}

export interface Assignee {
  readonly id: string;
  readonly name: string;
}

/** Who may be assigned: those who may do something about incidents and are not disabled. */
export async function listAssignees(staff: Staff): Promise<readonly Assignee[]> {
  assertCan(staff, 'incidents');
  const members = await database().prisma.staffMember.findMany({
    where: { disabledAt: null },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    select: { id: true, name: true, roles: true },
  });
  return members
    .filter(({ roles }) => can({ roles: roles.filter(isStaffRole) }, 'incidents', 'write'))
    .map(({ id, name }) => ({ id, name }));
}

export interface IncidentsSummary {
  readonly open: ListFigure;
  readonly bySeverity: readonly { readonly severity: IncidentSeverity; readonly count: number }[];
  readonly breaching: ListFigure;
  readonly due: ListFigure;
  /** Resolved in the window; how many of them within target; and how long the response and the resolution took at the median. */
  readonly resolved: ListFigure;
  readonly met: number;
  readonly metBefore: number;
  readonly responseMs: number | undefined;
  readonly resolutionMs: number | undefined;
}

export async function summarizeIncidents(
  staff: Staff,
  query: ListQuery<IncidentFilters>,
  window: Window,
): Promise<IncidentsSummary> {
  assertCan(staff, 'incidents');
  const { pool } = database();
  const of = (metric: Metric, list = incidentsList) => metricFilters(list, metric, query, now());
  const all = of(incidentMetrics.open);
  const ended = of(incidentMetrics.met, resolvedList);
  const [open, bySeverity, breaching, due, resolved, course] = await Promise.all([
    readFigure(pool, incidentsSource, all, undefined),
    countBySeverity(all),
    readFigure(pool, incidentsSource, of(incidentMetrics.breaching), undefined),
    readFigure(pool, incidentsSource, of({ ...incidentMetrics.open, where: { sla: 'due' } }), undefined),
    readFigure(pool, resolvedSource, ended, window, undefined, rolledOf(ended)),
    readCourse(ended, window),
  ]);
  return { open, bySeverity, breaching, due, resolved, ...course };
}

/** Figures of days know orgs, and nothing else that incidents are filtered by. */
function rolledOf({ q, orgs, severities: asked, assignees }: IncidentFilters): Rolled | undefined {
  const isOfOrgs = q === undefined && asked.length + assignees.length === 0;
  return isOfOrgs ? { counts: ['incidents.resolved'], orgs } : undefined;
}

const courseFigures = [
  'all.incidents.resolved',
  'all.incidents.met',
  'all.incidents.response',
  'all.incidents.resolution',
] as const;

/** Of more than a list's total tells, from figures of days: times to within 4.5 %. */
async function readLongCourse(filters: IncidentFilters, window: Window) {
  if (rolledOf(filters)?.orgs.length !== 0) return undefined;
  const { pool } = database();
  const [own, before] = await Promise.all([
    readOfAllOrgs(pool, 'incidents', courseFigures, window),
    readOfAllOrgs(pool, 'incidents', courseFigures, window.previous),
  ]);
  if (!own || !before || countOf([...own, ...before], 'all.incidents.resolved') <= countMax) return undefined;
  return {
    met: countOf(own, 'all.incidents.met'),
    metBefore: countOf(before, 'all.incidents.met'),
    responseMs: percentileOf(own, 'all.incidents.response', 0.5),
    resolutionMs: percentileOf(own, 'all.incidents.resolution', 0.5),
  };
}

async function countBySeverity(filters: IncidentFilters) {
  const { text, values } = windowed(
    (bind) => branchesSql(incidentsSource, filters, undefined, bind, undefined, 't.severity'),
    (rows) => `select r.severity, count(*)::int as count from (${rows}) r group by 1`,
  );
  const { rows } = await database().pool.query<{ severity: string | null; count: number }>(text, values);
  return severities.map((severity) => ({
    severity,
    count: rows.find((row) => row.severity === severity)?.count ?? 0,
  }));
}

async function readCourse(filters: IncidentFilters, window: Window) {
  const long = await readLongCourse(filters, window);
  if (long) return long;
  const { from, to, previous } = window;
  const columns = `t.resolved_at, t.opened_at, t.resolution_due_at,
    least(t.acknowledged_at, t.escalated_by_staff_at, t.first_resolved_at, t.resolved_at) as responded_at`;
  const median = (at: string) =>
    `(extract(epoch from percentile_cont(0.5) within group (order by ${at} - r.opened_at) filter (where r.is_in)) * 1000)::float8`;
  const { text, values } = windowed(
    (bind) => branchesSql(resolvedSource, filters, { from: previous.from, to }, bind, undefined, columns),
    (rows, bind) => `select count(*) filter (where r.is_in and r.resolved_at <= r.resolution_due_at)::int as met,
        count(*) filter (where not r.is_in and r.resolved_at < ${bind(new Date(previous.to))} and r.resolved_at <= r.resolution_due_at)::int as met_before,
        ${median('r.responded_at')} as response, ${median('r.resolved_at')} as resolution
      from (select u.*, u.resolved_at >= ${bind(new Date(from))} as is_in from (${rows}) u) r`,
  );
  const { rows } = await database().pool.query<{
    met: number;
    met_before: number;
    response: number | null;
    resolution: number | null;
  }>(text, values);
  const [row] = rows;
  return {
    met: row?.met ?? 0,
    metBefore: row?.met_before ?? 0,
    responseMs: row?.response ?? undefined,
    resolutionMs: row?.resolution ?? undefined,
  };
}
