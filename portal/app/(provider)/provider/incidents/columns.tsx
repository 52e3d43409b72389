import { hourMs } from '#domain/instants';
import { filterCell, idCell, orgColumn, rowCell, sortedColumn, timeCell } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { Nothing } from '../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatDuration, formatInstant, isoInstant, zoneLabel } from '../../../../format/times.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { nobody } from '../../../../services/provider/incidents-list.ts';
import type { IncidentSeverity, IncidentSla } from '../../../../services/provider/incidents-list.ts';
import type { IncidentRow } from '../../../../services/provider/incidents-source.ts';
import { ShownAssignee, ShownState } from './shown-incident.tsx';

const { columns } = incidents;

export function incidentColumns(context: CellContext): readonly Column<IncidentRow>[] {
  return [...whatColumns, ...whoColumns(context), sortedColumn(context, columns.opened)];
}

export function resolvedColumns(context: CellContext): readonly Column<IncidentRow>[] {
  return [
    ...whatColumns.filter(({ id }) => id !== 'state'),
    ...whoColumns(context).filter(({ id }) => id !== 'updated'),
    {
      id: 'opened',
      width: 128,
      head: columns.opened,
      cell: ({ openedAt }) => timeCell(openedAt, context),
    },
    sortedColumn(context, columns.resolved),
  ];
}

const whatColumns: readonly Column<IncidentRow>[] = [
  {
    id: 'incident',
    width: 184,
    head: columns.incident,
    cell: ({ title, id }) => rowCell(title ?? id),
  },
  { id: 'id', isExtra: true, width: 148, head: columns.id, cell: ({ id }) => idCell(id) },
  orgColumn(),
  {
    id: 'severity',
    width: 100,
    head: columns.severity,
    cell: ({ severity }) => severity && filterCell('severity', severity, severityBadge(severity)),
  },
  {
    id: 'state',
    width: 140,
    head: columns.state,
    cell: ({ key, state }) => filterCell('state', state, <ShownState row={key.id} state={state} />),
  },
];

function whoColumns(context: CellContext): readonly Column<IncidentRow>[] {
  return [
    {
      id: 'sla',
      width: 160,
      head: columns.sla,
      cell: (incident) => {
        const sla = slaOf(incident, context.now);
        const countdown = <Countdown incident={incident} now={context.now} zone={context.zone} />;
        if (sla === undefined) return countdown;
        return filterCell('sla', sla, countdown);
      },
    },
    {
      id: 'assignee',
      width: 124,
      head: columns.assignee,
      cell: ({ key, assignee }) =>
        filterCell(
          'assignee',
          assignee?.id ?? nobody,
          <ShownAssignee row={key.id}>{assignee ? <bdi>{assignee.name}</bdi> : <Nothing />}</ShownAssignee>,
          assignee?.name ?? incidents.nobody,
        ),
    },
    { id: 'level', width: 68, head: columns.level, isNumber: true, cell: ({ level }) => level },
    {
      id: 'updated',
      isExtra: true,
      width: 128,
      head: columns.updated,
      cell: ({ updatedAt }) => timeCell(updatedAt, context),
    },
  ];
}

const severityTones = { critical: 'bad', high: 'warn', medium: 'info', low: 'plain' } as const satisfies Record<
  IncidentSeverity,
  Tone
>;
export function SeverityBadge({ severity }: { readonly severity: IncidentSeverity }) {
  return <StatusBadge {...severityBadge(severity)} />;
}

function severityBadge(severity: IncidentSeverity): Badge {
  return { tone: severityTones[severity], label: incidents.severities[severity] };
}

export function IncidentTitle({ incident: { key, title, id, state } }: { readonly incident: IncidentRow }) {
  return (
    <>
      <bdi className="truncate">{title ?? id}</bdi>
      <ShownState row={key.id} state={state} />
    </>
  );
}

interface CountdownProps {
  readonly incident: IncidentRow;
  readonly now: number;
  readonly zone: string;
}

/** How long there is until the target, or how late it is; of what is resolved, whether it was met. The instant itself on hover, and where the row has the focus. */
export function Countdown({ incident, now, zone }: CountdownProps) {
  const { resolutionDueAt } = incident;
  if (resolutionDueAt === undefined) return <Nothing />;
  const instant = `${formatInstant(resolutionDueAt, zone, 'minute')} ${zoneLabel(zone, resolutionDueAt)}`;
  return (
    <time dateTime={isoInstant(resolutionDueAt)} title={incidents.dueAt(instant)}>
      <span className="out-of-focus">
        <StatusBadge {...standingOf(incident, resolutionDueAt, now)} />
      </span>
      <span className="in-focus num">{instant}</span>
    </time>
  );
}

/** By which the list finds those that stand alike. */
function slaOf({ resolution, resolvedAt, resolutionDueAt }: IncidentRow, now: number): IncidentSla | undefined {
  if (resolutionDueAt === undefined) return undefined;
  if (resolvedAt !== undefined) return resolution === 'met' ? 'met' : 'missed';
  if (resolutionDueAt < now) return 'breaching';
  return resolutionDueAt < now + hourMs ? 'due' : 'running';
}

function standingOf(
  { resolution, resolvedAt }: IncidentRow,
  dueAt: number,
  now: number,
): { readonly tone: Tone; readonly label: string } {
  if (resolution === 'met') return { tone: 'ok', label: incidents.slas.met };
  if (resolution === 'running') {
    const left = dueAt - now;
    return { tone: left < hourMs ? 'warn' : 'plain', label: incidents.dueIn(formatDuration(left)) };
  }
  return { tone: 'bad', label: incidents.late(formatDuration((resolvedAt ?? now) - dueAt)) };
}
