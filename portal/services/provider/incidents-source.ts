import 'server-only';
import { resolutionState, responseState } from '#domain/billing/sla';
import type { SlaState } from '#domain/billing/sla';
import { hourMs } from '#domain/instants';
import { visibleText } from '../../format/visible-text.ts';
import type { Bind } from '../../lists/bind.ts';
import { now } from '../../server/now.ts';
import { literally } from './found-rows.ts';
import { nobody } from './incidents-list.ts';
import type { IncidentFilters, IncidentSeverity, IncidentSla, IncidentState } from './incidents-list.ts';
import type { ListSource, RowKey } from './list-source.ts';

export interface IncidentRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly title: string | undefined;
  readonly severity: IncidentSeverity | undefined;
  readonly state: IncidentState;
  readonly level: number | undefined;
  readonly assignee: { readonly id: string; readonly name: string } | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly acknowledgedBy: string | undefined;
  readonly openedAt: number | undefined;
  readonly resolvedAt: number | undefined;
  readonly updatedAt: number;
  readonly responseDueAt: number | undefined;
  readonly resolutionDueAt: number | undefined;
  /** undefined where no severity was told, so that nothing is due. */
  readonly response: SlaState | undefined;
  readonly resolution: SlaState | undefined;
  /** What an order about it says that it saw. */
  readonly revision: number;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly title: string | null;
  readonly severity: IncidentSeverity | null;
  readonly state: IncidentState;
  readonly level: number | null;
  readonly assignee: string | null;
  readonly assignee_name: string | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly escalated_by_staff_at: Date | null;
  readonly first_resolved_at: Date | null;
  readonly opened_at: Date | null;
  readonly resolved_at: Date | null;
  readonly updated_at: Date;
  readonly response_due_at: Date | null;
  readonly resolution_due_at: Date | null;
  readonly revision: number;
}

export const updatedAtSql = 'greatest(t.created_at, t.opened_at, t.escalated_at, t.resolved_at, t.handled_at)';

/** What is not resolved, by when it was opened. */
export const incidentsSource: ListSource<IncidentFilters, Stored, IncidentRow> = {
  table: 'incident',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, states, severities }) => ({ 't.state': states, 't.org_id': orgs, 't.severity': severities }),
  where: (filters, bind) => [`t.status <> 'resolved'`, ...conditionsOf(filters, bind)],
  columns: `t.id, t.org_id, o.name as org_name, t.title, t.severity, t.state, t.level, t.assignee, a.name as assignee_name, t.acknowledged_at,
    t.acknowledged_by, t.escalated_by_staff_at, t.first_resolved_at, t.opened_at, t.resolved_at, t.response_due_at, t.resolution_due_at,
    ${updatedAtSql} as updated_at, t.version + t.handled as revision`,
  joins: 'join org o on o.id = t.org_id left join staff_member a on a.id = t.assignee',
  rowOf,
};

/** What is resolved, by when it was. */
export const resolvedSource: ListSource<IncidentFilters, Stored, IncidentRow> = {
  ...incidentsSource,
  at: 'resolved_at',
  lists: ({ orgs, severities }) => ({ 't.org_id': orgs, 't.severity': severities }),
  where: (filters, bind) => [`t.status = 'resolved'`, ...conditionsOf(filters, bind)],
};

const foundMax = 1_000;

function conditionsOf({ q, slas, assignees }: IncidentFilters, bind: Bind): readonly string[] {
  const at = now();
  const due = (from: number) => `t.resolution_due_at >= ${bind(new Date(from))}`;
  const slaSql: Record<IncidentSla, () => string> = {
    breaching: () => `t.resolution_due_at < ${bind(new Date(at))}`,
    due: () => `(${due(at)} and t.resolution_due_at < ${bind(new Date(at + hourMs))})`,
    running: () => due(at + hourMs),
    met: () => 't.resolved_at <= t.resolution_due_at',
    missed: () => 't.resolved_at > t.resolution_due_at',
  };
  const people = assignees.filter((one) => one !== nobody);
  const assigned = [
    ...(people.length === 0 ? [] : [`t.assignee = any (${bind(people)}::uuid[])`]),
    ...(people.length === assignees.length ? [] : ['t.assignee is null']),
  ];
  return [
    ...(slas.length === 0 ? [] : [`(${slas.map((one) => slaSql[one]()).join(' or ')})`]),
    ...(assigned.length === 0 ? [] : [`(${assigned.join(' or ')})`]),
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (${foundSql(q, bind)})`]),
  ];
}

/** By id in every org, or by a part of the title of what is open now. */
function foundSql(q: string, bind: Bind): string {
  const part = bind(`%${literally(q)}%`);
  return `select o.id, ${bind(q)} from org o union all
    (select f.org_id, f.id from incident f where f.title ilike ${part} and f.status <> 'resolved' limit ${foundMax})`;
}

function rowOf(stored: Stored, key: RowKey): IncidentRow {
  const [responseDueAt, resolutionDueAt] = [msOf(stored.response_due_at), msOf(stored.resolution_due_at)];
  const acknowledgedAt = msOf(stored.acknowledged_at);
  const resolvedAt = stored.state === 'resolved' ? msOf(stored.resolved_at) : undefined;
  const clocks = responseDueAt !== undefined &&
    resolutionDueAt !== undefined && {
      responseDueAt,
      resolutionDueAt,
      resolvedAt,
      acknowledgedAt,
      escalatedByStaffAt: msOf(stored.escalated_by_staff_at),
      firstResolvedAt: msOf(stored.first_resolved_at),
    };
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    title: visibleText(stored.title),
    severity: stored.severity ?? undefined,
    state: stored.state,
    level: stored.level ?? undefined,
    assignee:
      stored.assignee === null ? undefined : { id: stored.assignee, name: stored.assignee_name ?? stored.assignee },
    acknowledgedAt,
    acknowledgedBy: stored.acknowledged_by ?? undefined,
    openedAt: msOf(stored.opened_at),
    resolvedAt,
    updatedAt: stored.updated_at.getTime(),
    responseDueAt,
    resolutionDueAt,
    response: clocks ? responseState(clocks, now()) : undefined,
    resolution: clocks ? resolutionState(clocks, now()) : undefined,
    revision: stored.revision,
  };
}

function msOf(at: Date | null) {
  return at?.getTime();
}
