import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { TimeCell } from '../../../../../components/list/cells.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { messages } from '../../../../../messages/en.ts';
import type { MemberRow } from '../../../../../services/provider/staff.service.ts';
import { instantText } from '../../../../../format/instant-text.ts';
import { MemberMenu } from './member-menu.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.staff;

export function memberColumns(zone: string, ownId: string): readonly SimpleColumn<MemberRow>[] {
  const { columns } = copy;
  return [
    {
      id: 'member',
      head: columns.member,
      sorted: 'ascending',
      text: ({ name, email }) => `${name} <${email}>`,
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
      cell: rolesText,
      text: rolesText,
    },
    {
      id: 'source',
      head: columns.source,
      cell: ({ source }) => <span title={copy.sourceHints[source]}>{copy.sources[source]}</span>,
      text: ({ source }) => copy.sources[source],
    },
    ...standingColumns(zone),
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

/** How they are secured, and when they were here. */
function standingColumns(zone: string): readonly SimpleColumn<MemberRow>[] {
  const { columns } = copy;
  return [
    {
      id: 'factors',
      head: columns.factors,
      cell: (member) => <FactorsCell member={member} />,
      text: (member) => factorsText(member) || copy.noFactor,
    },
    {
      id: 'sessions',
      head: columns.sessions,
      isNumber: true,
      cell: ({ openSessions }) => formatCount(openSessions),
      text: ({ openSessions }) => String(openSessions),
    },
    {
      id: 'seen',
      head: columns.seen,
      cell: ({ lastSeenAt }) => <TimeCell at={lastSeenAt} zone={zone} />,
      text: ({ lastSeenAt }) => instantText(lastSeenAt),
    },
    {
      id: 'state',
      head: columns.state,
      cell: ({ disabledAt }) => (
        <StatusBadge tone={disabledAt === undefined ? 'ok' : 'plain'} label={stateText(disabledAt)} />
      ),
      text: ({ disabledAt }) => stateText(disabledAt),
    },
  ];
}

function rolesText({ roles }: MemberRow): string {
  return roles.map((role) => messages.roles[role]).join(', ') || copy.noRoles;
}

function stateText(disabledAt: MemberRow['disabledAt']): string {
  return disabledAt === undefined ? copy.isActive : copy.isDisabled;
}

function factorsText({ hasAuthenticator, passkeys }: MemberRow): string {
  const names = [hasAuthenticator && copy.app, passkeys > 0 && copy.keys(passkeys)];
  return names.filter((name) => name !== false).join(', ');
}

function FactorsCell({ member }: { readonly member: MemberRow }) {
  return (
    factorsText(member) || (
      <StatusBadge tone={member.disabledAt === undefined ? 'warn' : 'plain'} label={copy.noFactor} />
    )
  );
}
