import { can } from '../../../../../../auth/access.ts';
import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { walkedFile } from '../../../../../../exports/walked-file.ts';
import { sessionsSource } from '../../../../../../services/provider/staff.service.ts';
import { readWords } from '../../asked.ts';

export const { GET, POST } = walkedFile({
  page: 'settings',
  name: 'staff-sessions',
  allows: (staff) => can(staff, 'settings', 'staff'),
  source: sessionsSource,
  read: readWords,
  columns: [
    { name: 'name', sql: 'm.name', isText: true },
    { name: 'email', sql: 'm.email::text', isText: true },
    { name: 'address', sql: 's.ip::text', isText: true },
    { name: 'browser', sql: 's.user_agent', isText: true },
    { name: 'factors', sql: 's.auth_level' },
    { name: 'signed_in_at', sql: instantSql('s.created_at') },
    { name: 'last_seen_at', sql: instantSql('s.last_seen_at') },
    { name: 'ends_at', sql: instantSql('least(s.expires_at, s.idle_expires_at)') },
  ],
});
