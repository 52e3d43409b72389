import { settings } from '../../../../../messages/en-settings.ts';
import type { MemberSession } from '../../../../../services/provider/staff.service.ts';
import { sessionColumns } from '../security/session-table.tsx';
import { EndMemberSession } from './end-member-session.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.staff;

/** Of the sessions of everybody. */
export function memberSessionColumns(zone: string): readonly SimpleColumn<MemberSession>[] {
  return [
    {
      id: 'member',
      head: copy.columns.member,
      cell: ({ name, email }) => (
        <span title={email}>
          <bdi>{name}</bdi>
        </span>
      ),
      text: ({ name, email }) => `${name} <${email}>`,
    },
    ...sessionColumns(zone),
    {
      id: 'end',
      head: settings.security.columns.end,
      isNumber: true,
      cell: ({ id, staffId, name, isOwn }) =>
        !isOwn && <EndMemberSession staffId={staffId} sessionId={id} name={name} />,
    },
  ];
}
