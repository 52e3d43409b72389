import { settings } from '../../../../../messages/en-settings.ts';
import type { MemberSession } from '../../../../../services/provider/staff.service.ts';
import { sessionColumns } from '../security/session-table.tsx';
import { EndMemberSession } from './end-member-session.tsx';
import { SimpleTable } from '../simple-table.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.staff;

export function OpenSessions({
  sessions,
  zone,
}: {
  readonly sessions: readonly MemberSession[];
  readonly zone: string;
}) {
  const member: SimpleColumn<MemberSession> = {
    id: 'member',
    head: copy.columns.member,
    cell: ({ name, email }) => (
      <span title={email}>
        <bdi>{name}</bdi>
      </span>
    ),
  };
  const end: SimpleColumn<MemberSession> = {
    id: 'end',
    head: settings.security.columns.end,
    isNumber: true,
    cell: ({ id, staffId, name, isOwn }) => !isOwn && <EndMemberSession staffId={staffId} sessionId={id} name={name} />,
  };
  const columns = [member, ...sessionColumns(zone), end];
  return <SimpleTable caption={copy.sessions} columns={columns} rows={sessions} rowId={({ id }) => id} />;
}
