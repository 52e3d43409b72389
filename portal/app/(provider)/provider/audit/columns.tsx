import { CellLink, IdCell, OrgCell, RowLink, sortedTime, wordColumn } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { Time } from '../../../../components/time.tsx';
import { audit } from '../../../../messages/en-audit.ts';
import { actorTypes, auditOutcomes } from '../../../../services/provider/audit-list.ts';
import type { AuditRow } from '../../../../services/provider/audit.service.ts';

const { columns } = audit;

export function auditColumns(context: CellContext): readonly Column<AuditRow>[] {
  const { zone } = context;
  return [
    {
      id: 'time',
      width: 148,
      ...sortedTime(context, columns.time),
      cell: ({ key }) => (
        <RowLink context={context} id={key.id}>
          <Time at={key.at} zone={zone} />
        </RowLink>
      ),
    },
    wordColumn(context, { name: 'actor', width: 176, head: columns.actor, valueOf: ({ actor }) => actor }),
    {
      id: 'action',
      width: 148,
      head: columns.action,
      cell: ({ action }) => (
        <CellLink context={context} name="action" value={action} column={columns.action}>
          {action}
        </CellLink>
      ),
    },
    {
      id: 'entity',
      width: 186,
      head: columns.entity,
      cell: ({ subject }) => (
        <CellLink context={context} name="entity" value={subject} column={columns.entity}>
          <code className="font-mono text-code text-fg-2">{subject}</code>
        </CellLink>
      ),
    },
    {
      id: 'org',
      width: 150,
      head: columns.org,
      cell: ({ org }) =>
        org ? <OrgCell context={context} org={org} /> : <span className="text-fg-3">{audit.provider}</span>,
    },
    {
      id: 'outcome',
      width: 108,
      head: columns.outcome,
      cell: ({ outcome }) => (
        <CellLink context={context} name="outcome" value={outcome} column={columns.outcome}>
          <OutcomeBadge outcome={outcome} />
        </CellLink>
      ),
    },
    ...traceColumns(context),
  ];
}

function traceColumns(context: CellContext): readonly Column<AuditRow>[] {
  const { actorType, address, event, request } = columns;
  return [
    wordColumn(context, {
      name: 'event',
      width: 140,
      head: event,
      valueOf: ({ eventId }) => eventId,
      show: ({ eventId }) => <IdCell id={eventId} />,
    }),
    {
      ...wordColumn<AuditRow>(context, { name: 'address', width: 132, head: address, valueOf: (row) => row.address }),
      isExtra: true,
    },
    {
      ...wordColumn<AuditRow>(context, {
        name: 'request',
        width: 196,
        head: request,
        valueOf: ({ requestId }) => requestId,
        show: ({ requestId }) => <IdCell id={requestId} />,
      }),
      isExtra: true,
    },
    {
      ...wordColumn<AuditRow>(context, {
        name: 'actorType',
        width: 132,
        head: actorType,
        valueOf: (row) => row.actorType,
        show: (row) => actorTypeText(row.actorType),
      }),
      isExtra: true,
    },
  ];
}

export function actorTypeText(type: string): string {
  const known = actorTypes.find((one) => one === type);
  return known ? audit.actorTypes[known] : type;
}

export function OutcomeBadge({ outcome }: { readonly outcome: string }) {
  const known = auditOutcomes.find((one) => one === outcome);
  const tone = known === 'ok' ? 'ok' : known === 'canceled' ? 'plain' : known === 'refused' ? 'warn' : 'bad';
  return <StatusBadge tone={tone} label={known ? audit.outcomes[known] : outcome} />;
}
