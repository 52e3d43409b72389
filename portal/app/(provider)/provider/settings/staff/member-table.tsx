import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { TimeCell } from '../../../../../components/list/cells.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { messages } from '../../../../../messages/en.ts';
import type { MemberRow } from '../../../../../services/provider/staff.service.ts';
import { MemberMenu } from './member-menu.tsx';
import { SimpleTable } from '../simple-table.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.staff;

interface MemberTableProps {
  readonly members: readonly MemberRow[];
  readonly zone: string;
  readonly ownId: string;
}

export function MemberTable({ members, zone, ownId }: MemberTableProps) {
  return <SimpleTable caption={copy.members} columns={columnsOf(zone, ownId)} rows={members} rowId={({ id }) => id} />;
}

function columnsOf(zone: string, ownId: string): readonly SimpleColumn<MemberRow>[] {
  const { columns } = copy;
  return [
    {
      id: 'member',
      head: columns.member,
      sorted: 'ascending',
      cell: ({ id, name, email }) => (
        <span className="flex max-w-80 min-w-0 flex-col py-1.5 leading-4">
          <span className="truncate font-medium">
            <bdi>{name}</bdi>
            {id === ownId && <span className="font-normal text-fg-3"> · {copy.you}</span>}
          </span>
          <span className="truncate text-caption text-fg-2">{email}</span>
        </span>
      ),
    },
    {
      id: 'roles',
      head: columns.roles,
      cell: ({ roles }) => roles.map((role) => messages.roles[role]).join(', ') || copy.noRoles,
    },
    {
      id: 'source',
      head: columns.source,
      cell: ({ source }) => <span title={copy.sourceHints[source]}>{copy.sources[source]}</span>,
    },
    { id: 'factors', head: columns.factors, cell: (member) => <FactorsCell member={member} /> },
    { id: 'sessions', head: columns.sessions, isNumber: true, cell: ({ openSessions }) => formatCount(openSessions) },
    { id: 'seen', head: columns.seen, cell: ({ lastSeenAt }) => <TimeCell at={lastSeenAt} zone={zone} /> },
    {
      id: 'state',
      head: columns.state,
      cell: ({ disabledAt }) => (
        <StatusBadge
          tone={disabledAt === undefined ? 'ok' : 'plain'}
          label={disabledAt === undefined ? copy.isActive : copy.isDisabled}
        />
      ),
    },
    {
      id: 'menu',
      head: columns.menu,
      isNumber: true,
      cell: ({ id, name, openSessions, hasAuthenticator, passkeys }) => (
        <MemberMenu
          member={{ id, name }}
          isOwn={id === ownId}
          hasSessions={openSessions > (id === ownId ? 1 : 0)}
          hasFactors={hasAuthenticator || passkeys > 0}
        />
      ),
    },
  ];
}

function FactorsCell({ member: { hasAuthenticator, passkeys, disabledAt } }: { readonly member: MemberRow }) {
  const names = [hasAuthenticator && copy.app, passkeys > 0 && copy.keys(passkeys)].filter((name) => name !== false);
  if (names.length > 0) return names.join(', ');
  return <StatusBadge tone={disabledAt === undefined ? 'warn' : 'plain'} label={copy.noFactor} />;
}
