import { can } from '../../../../../../auth/access.ts';
import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { walkedFile } from '../../../../../../exports/walked-file.ts';
import { exportedList, exportsSource } from '../../../../../../services/provider/kept-data.service.ts';
import { readWords } from '../../asked.ts';

export const { GET, POST } = walkedFile({
  page: 'settings',
  name: 'exports',
  allows: (staff) => can(staff, 'settings', 'data'),
  source: exportsSource,
  read: readWords,
  columns: [
    { name: 'at', sql: instantSql('a.at') },
    { name: 'actor', sql: 'a.actor', isText: true },
    { name: 'list', sql: exportedList, isText: true },
    { name: 'outcome', sql: 'a.outcome' },
    { name: 'rows', sql: "a.detail->>'rows'" },
    { name: 'bytes', sql: "a.detail->>'bytes'" },
  ],
});
