import 'server-only';
import { parseBusinessHours, type BusinessHours } from '#domain/billing/business-hours';
import type { MetricName } from '#domain/metrics';
import { assertCan, can, isStaffRole } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { incidentMetrics } from '../../metrics/operations.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readLevelCourses } from './courses.ts';
import type { Courses } from './courses.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { incidentsList, resolvedList, severities } from './incidents-list.ts';
import type { IncidentFilters, IncidentSeverity } from './incidents-list.ts';
import { incidentsSource, resolvedSource } from './incidents-source.ts';
import type { IncidentRow } from './incidents-source.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { Rolled } from './rolled-figures.ts';
import { noTime, readTimes } from './time-figures.ts';
import type { TimeFigure } from './time-figures.ts';

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

/** What is open now. */
export interface OpenIncidents {
  readonly open: ListFigure;
  readonly breaching: ListFigure;
  readonly due: ListFigure;
  /** How what is open and what breaches its target came to what they are; undefined where more is filtered by than organisations. */
  readonly courses: Courses<'incidents.open_net' | 'incidents.breaching_net'> | undefined;
}

export interface IncidentsSummary extends OpenIncidents {
  readonly bySeverity: readonly { readonly severity: IncidentSeverity; readonly count: number }[];
  /** Resolved in the window; those of them within target; and how long the response and the resolution took. */
  readonly resolved: ListFigure;
  readonly met: ListFigure;
  readonly response: TimeFigure;
  readonly resolution: TimeFigure;
}

export async function summarizeIncidents(
  staff: Staff,
  query: ListQuery<IncidentFilters>,
  window: Window,
): Promise<IncidentsSummary> {
  assertCan(staff, 'incidents');
  const { pool } = database();
  const ended = metricFilters(resolvedList, incidentMetrics.met, query, now());
  const [open, bySeverity, resolved, met, [response = noTime, resolution = noTime]] = await Promise.all([
    readOpenIncidents(staff, query),
    countBySeverity(metricFilters(incidentsList, incidentMetrics.open, query, now())),
    readFigure(pool, resolvedSource, ended, window, undefined, rolledOf(ended)),
    readFigure(pool, metSource, ended, window, undefined, rolledOf(ended, 'incidents.met')),
    readTimes(pool, resolvedSource, ended, window, {
      kept:
        rolledOf(ended)?.orgs.length === 0
          ? { topic: 'incidents', names: ['all.incidents.response', 'all.incidents.resolution'] }
          : undefined,
      times: [
        'least(t.acknowledged_at, t.escalated_by_staff_at, t.first_resolved_at, t.resolved_at) - t.opened_at',
        't.resolved_at - t.opened_at',
      ],
    }),
  ]);
  return { ...open, bySeverity, resolved, met, response, resolution };
}

export async function readOpenIncidents(staff: Staff, query: ListQuery<IncidentFilters>): Promise<OpenIncidents> {
  assertCan(staff, 'incidents');
  const { pool } = database();
  const of = (metric: Metric) => metricFilters(incidentsList, metric, query, now());
  const all = of(incidentMetrics.open);
  const [open, courses, breaching, due] = await Promise.all([
    readFigure(pool, incidentsSource, all, undefined),
    rolledOf(all) && readLevelCourses(pool, ['incidents.open_net', 'incidents.breaching_net'], all.orgs, now()),
    readFigure(pool, incidentsSource, of(incidentMetrics.breaching), undefined),
    readFigure(pool, incidentsSource, of({ ...incidentMetrics.open, where: { sla: 'due' } }), undefined),
  ]);
  return { open, courses, breaching, due };
}

const metSource = {
  ...resolvedSource,
  where: (filters: IncidentFilters, bind: Bind) => [
    't.resolved_at <= t.resolution_due_at',
    ...resolvedSource.where(filters, bind),
  ],
};

/** Figures of days know orgs, and nothing else that incidents are filtered by. */
function rolledOf(
  { q, orgs, severities: asked, assignees }: IncidentFilters,
  name: MetricName = 'incidents.resolved',
): Rolled | undefined {
  const isOfOrgs = q === undefined && asked.length + assignees.length === 0;
  return isOfOrgs ? { counts: [name], orgs } : undefined;
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
