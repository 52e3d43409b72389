import { CellLink, Nothing, orgColumn, RowLink, sortedColumn, TimeCell } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatDuration } from '../../../../format/times.ts';
import { hourMs } from '#domain/instants';
import { incidents } from '../../../../messages/en-incidents.ts';
import type { IncidentSeverity, IncidentStatus } from '../../../../services/provider/incidents-list.ts';
import type { IncidentRow } from '../../../../services/provider/incidents.service.ts';

const { columns } = incidents;

export function incidentColumns(context: CellContext): readonly Column<IncidentRow>[] {
  return [
    {
      id: 'incident',
      width: 240,
      head: columns.incident,
      cell: ({ key, title, id }) => (
        <RowLink context={context} id={key.id}>
          <bdi title={id}>{title ?? id}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    {
      id: 'severity',
      width: 112,
      head: columns.severity,
      cell: ({ severity }) =>
        severity ? (
          <CellLink context={context} name="severity" value={severity} column={columns.severity}>
            <SeverityBadge severity={severity} />
          </CellLink>
        ) : (
          <Nothing />
        ),
    },
    {
      id: 'status',
      width: 112,
      head: columns.status,
      cell: ({ status }) => (
        <CellLink context={context} name="status" value={status} column={columns.status}>
          <IncidentBadge status={status} />
        </CellLink>
      ),
    },
    {
      id: 'sla',
      width: 168,
      head: columns.sla,
      cell: (incident) => <Countdown incident={incident} now={context.now} />,
    },
    { id: 'level', width: 72, head: columns.level, isNumber: true, cell: ({ level }) => level ?? <Nothing /> },
    {
      id: 'resolved',
      width: 128,
      head: columns.resolved,
      cell: ({ resolvedAt }) => <TimeCell at={resolvedAt} zone={context.zone} />,
    },
    sortedColumn(context, columns.opened),
  ];
}

const severityTones = { critical: 'bad', high: 'warn', medium: 'info', low: 'plain' } as const satisfies Record<
  IncidentSeverity,
  Tone
>;
const statusTones = { open: 'info', escalated: 'warn', resolved: 'ok' } as const satisfies Record<IncidentStatus, Tone>;

export function SeverityBadge({ severity }: { readonly severity: IncidentSeverity }) {
  return <StatusBadge tone={severityTones[severity]} label={incidents.severities[severity]} />;
}

export function IncidentBadge({ status }: { readonly status: IncidentStatus }) {
  return <StatusBadge tone={statusTones[status]} label={incidents.statuses[status]} />;
}

/** How long there is until the target, or how late it is; of what is resolved, whether it was met. */
export function Countdown({ incident, now }: { readonly incident: IncidentRow; readonly now: number }) {
  const { resolution, resolutionDueAt, resolvedAt } = incident;
  if (resolution === undefined || resolutionDueAt === undefined) return <Nothing />;
  if (resolution === 'met') return <StatusBadge tone="ok" label={incidents.slas.met} />;
  if (resolution === 'running') {
    const left = resolutionDueAt - now;
    return <StatusBadge tone={left < hourMs ? 'warn' : 'plain'} label={incidents.dueIn(formatDuration(left))} />;
  }
  const late = incidents.late(formatDuration((resolvedAt ?? now) - resolutionDueAt));
  return <StatusBadge tone="bad" label={late} />;
}
