import {
  filterCell,
  idCell,
  orgCell,
  rowCell,
  sortedTime,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { audit } from '../../../../messages/en-audit.ts';
import { actorTypes, auditOutcomes } from '../../../../services/provider/audit-list.ts';
import type { AuditRow } from '../../../../services/provider/audit.service.ts';

const { columns } = audit;

export function auditColumns(context: CellContext): readonly Column<AuditRow>[] {
  return [
    {
      id: 'time',
      width: 148,
      ...sortedTime(context, columns.time),
      cell: ({ key }) => rowCell(timeCell(key.at, context, 'second')),
    },
    wordColumn({ name: 'actor', width: 176, head: columns.actor, valueOf: ({ actor }) => actor }),
    {
      id: 'action',
      width: 148,
      head: columns.action,
      cell: ({ action }) => filterCell('action', action),
    },
    {
      id: 'entity',
      width: 186,
      head: columns.entity,
      cell: ({ subject }) => filterCell('entity', subject, { code: subject }),
    },
    {
      id: 'org',
      width: 150,
      head: columns.org,
      cell: ({ org }) => (org ? orgCell(org) : { faint: audit.provider }),
    },
    {
      id: 'outcome',
      width: 108,
      head: columns.outcome,
      cell: ({ outcome }) => filterCell('outcome', outcome, outcomeBadge(outcome)),
    },
    ...traceColumns(),
  ];
}

function traceColumns(): readonly Column<AuditRow>[] {
  const { actorType, address, event, request } = columns;
  return [
    wordColumn({
      name: 'event',
      width: 140,
      head: event,
      valueOf: ({ eventId }) => eventId,
      show: ({ eventId }) => idCell(eventId),
    }),
    {
      ...wordColumn<AuditRow>({ name: 'address', width: 132, head: address, valueOf: (row) => row.address }),
      isExtra: true,
    },
    {
      ...wordColumn<AuditRow>({
        name: 'request',
        width: 196,
        head: request,
        valueOf: ({ requestId }) => requestId,
        show: ({ requestId }) => idCell(requestId),
      }),
      isExtra: true,
    },
    {
      ...wordColumn<AuditRow>({
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
  return <StatusBadge {...outcomeBadge(outcome)} />;
}

function outcomeBadge(outcome: string): Badge {
  const known = auditOutcomes.find((one) => one === outcome);
  const tone = known === 'ok' ? 'ok' : known === 'canceled' ? 'plain' : known === 'refused' ? 'warn' : 'bad';
  return { tone, label: known ? audit.outcomes[known] : outcome };
}
