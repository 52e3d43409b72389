import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { walkedFile } from '../../../../../../exports/walked-file.ts';
import { can } from '../../../../../../auth/access.ts';
import { lastSeen, membersSource, passkeys } from '../../../../../../services/provider/staff.service.ts';
import { readMembers } from '../member-words.ts';

export const { GET, POST } = walkedFile({
  page: 'settings',
  name: 'staff',
  allows: (staff) => can(staff, 'settings', 'staff'),
  source: membersSource,
  read: readMembers,
  columns: [
    { name: 'id', sql: 'm.id' },
    { name: 'name', sql: 'm.name', isText: true },
    { name: 'email', sql: 'm.email::text', isText: true },
    { name: 'roles', sql: "array_to_string(m.roles, ' ')" },
    { name: 'source', sql: 'm.source' },
    { name: 'has_authenticator', sql: 'm.totp_secret_enc is not null' },
    { name: 'passkeys', sql: passkeys },
    { name: 'last_seen_at', sql: instantSql(lastSeen) },
    { name: 'disabled_at', sql: instantSql('m.disabled_at') },
  ],
});
