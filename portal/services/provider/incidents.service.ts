import 'server-only';
import { resolutionState, responseState } from '#domain/billing/sla';
import type { SlaState } from '#domain/billing/sla';
import { hourMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { unresolved } from './incidents-list.ts';
import type { IncidentFilters, IncidentSeverity, IncidentSla, IncidentStatus } from './incidents-list.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

export interface IncidentRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly title: string | undefined;
  readonly severity: IncidentSeverity | undefined;
  readonly status: IncidentStatus;
  readonly level: number | undefined;
  readonly openedAt: number | undefined;
  readonly resolvedAt: number | undefined;
  readonly responseDueAt: number | undefined;
  readonly resolutionDueAt: number | undefined;
  /** undefined where no severity was told, so that nothing is due. */
  readonly response: SlaState | undefined;
  readonly resolution: SlaState | undefined;
}

export interface IncidentDetail extends IncidentRow {
  readonly description: string | undefined;
  readonly escalationReason: string | undefined;
  readonly resolutionText: string | undefined;
  readonly entity: EntityDetail;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly title: string | null;
  readonly severity: IncidentSeverity | null;
  readonly status: IncidentStatus;
  readonly level: number | null;
  readonly opened_at: Date | null;
  readonly escalated_at: Date | null;
  readonly resolved_at: Date | null;
  readonly response_due_at: Date | null;
  readonly resolution_due_at: Date | null;
}

export const incidentsSource: ListSource<IncidentFilters, Stored, IncidentRow> = {
  table: 'incident',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, severities }) => ({ 't.status': statuses, 't.org_id': orgs, 't.severity': severities }),
  where: conditionsOf,
  columns: `t.id, t.org_id, o.name as org_name, t.title, t.severity, t.status, t.level, t.opened_at, t.escalated_at, t.resolved_at,
    t.response_due_at, t.resolution_due_at`,
  joins: 'join org o on o.id = t.org_id',
  rowOf,
};

export async function listIncidents(staff: Staff, query: ListQuery<IncidentFilters>): Promise<Page<IncidentRow>> {
  assertCan(staff, 'incidents');
  return readList(database().pool, incidentsSource, query);
}

export async function getIncident(staff: Staff, id: string): Promise<IncidentDetail | undefined> {
  assertCan(staff, 'incidents');
  const { pool, prisma } = database();
  const row = await readOne(pool, incidentsSource, id);
  if (!row) return undefined;
  const [entity, told] = await Promise.all([
    readEntity(pool, { org: row.org.id, id: row.id, table: 'incident', kind: 'incident' }),
    prisma.incident.findUnique({
      where: { orgId_id: { orgId: row.org.id, id: row.id } },
      select: { description: true, escalationReason: true, resolution: true },
    }),
  ]);
  return {
    ...row,
    entity,
    description: told?.description ?? undefined,
    escalationReason: told?.escalationReason ?? undefined,
    resolutionText: told?.resolution ?? undefined,
  };
}

export interface IncidentsSummary {
  readonly open: ListFigure;
  readonly breaching: ListFigure;
  readonly due: ListFigure;
  /** Opened in the window and resolved by now; within target; and how long that took at the median. */
  readonly resolved: ListFigure;
  readonly met: number;
  readonly medianMs: number | undefined;
}

export async function summarizeIncidents(
  staff: Staff,
  { filters }: ListQuery<IncidentFilters>,
  window: Window,
): Promise<IncidentsSummary> {
  assertCan(staff, 'incidents');
  const { pool } = database();
  const figure = (changes: Partial<IncidentFilters>, of?: Window) =>
    readFigure(pool, incidentsSource, { ...filters, ...changes }, of);
  const ended = { statuses: ['resolved'], slas: [] } as const;
  const [open, breaching, due, resolved, cohort] = await Promise.all([
    figure({ statuses: unresolved, slas: [] }),
    figure({ statuses: unresolved, slas: ['breaching'] }),
    figure({ statuses: unresolved, slas: ['due'] }),
    figure(ended, window),
    readResolved({ ...filters, ...ended }, window),
  ]);
  return { open, breaching, due, resolved, ...cohort };
}

async function readResolved(filters: IncidentFilters, window: Window) {
  const columns = 't.resolved_at, t.opened_at, t.resolution_due_at';
  const { text, values } = windowed(
    (bind) => branchesSql(incidentsSource, filters, window, bind, undefined, columns),
    (rows) => `select count(*) filter (where r.resolved_at <= r.resolution_due_at)::int as met,
      (extract(epoch from percentile_cont(0.5) within group (order by r.resolved_at - r.opened_at)) * 1000)::float8 as median
      from (${rows}) r`,
  );
  const { rows } = await database().pool.query<{ met: number; median: number | null }>(text, values);
  return { met: rows[0]?.met ?? 0, medianMs: rows[0]?.median ?? undefined };
}

const foundMax = 1_000;
const open = `t.status <> 'resolved'`;

function conditionsOf({ q, slas }: IncidentFilters, bind: Bind): readonly string[] {
  const at = now();
  const slaSql: Record<IncidentSla, () => string> = {
    breaching: () => `(${open} and t.resolution_due_at < ${bind(new Date(at))})`,
    due: () =>
      `(${open} and t.resolution_due_at >= ${bind(new Date(at))} and t.resolution_due_at < ${bind(new Date(at + hourMs))})`,
    running: () => `(${open} and t.resolution_due_at >= ${bind(new Date(at + hourMs))})`,
    met: () => `(t.status = 'resolved' and t.resolved_at <= t.resolution_due_at)`,
    missed: () => `(t.status = 'resolved' and t.resolved_at > t.resolution_due_at)`,
  };
  return [
    ...(slas.length === 0 ? [] : [`(${slas.map((one) => slaSql[one]()).join(' or ')})`]),
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (${foundSql(q, bind)})`]),
  ];
}

/** By id in every org, or by a part of the title of what is open now. */
function foundSql(q: string, bind: Bind): string {
  const part = bind(`%${q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`);
  return `select o.id, ${bind(q)} from org o union all
    (select f.org_id, f.id from incident f where f.title ilike ${part} and f.status in ('open', 'escalated') limit ${foundMax})`;
}

function rowOf(stored: Stored, key: RowKey): IncidentRow {
  const [responseDueAt, resolutionDueAt] = [msOf(stored.response_due_at), msOf(stored.resolution_due_at)];
  const resolvedAt = stored.status === 'resolved' ? msOf(stored.resolved_at) : undefined;
  const clocks = responseDueAt !== undefined &&
    resolutionDueAt !== undefined && { responseDueAt, resolutionDueAt, resolvedAt, firstResolvedAt: resolvedAt };
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    title: stored.title ?? undefined,
    severity: stored.severity ?? undefined,
    status: stored.status,
    level: stored.level ?? undefined,
    openedAt: msOf(stored.opened_at),
    resolvedAt,
    responseDueAt,
    resolutionDueAt,
    response: clocks ? responseState(clocks, now()) : undefined,
    resolution: clocks ? resolutionState(clocks, now()) : undefined,
  };
}

function msOf(at: Date | null) {
  return at?.getTime();
}
