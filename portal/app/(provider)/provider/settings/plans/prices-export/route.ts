import { can } from '../../../../../../auth/access.ts';
import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { walkedFile } from '../../../../../../exports/walked-file.ts';
import { overridesSource } from '../../../../../../services/provider/catalogue.service.ts';
import { readWords } from '../../asked.ts';

export const { GET, POST } = walkedFile({
  page: 'settings',
  name: 'prices-of-organisations',
  allows: (staff) => can(staff, 'settings', 'plans'),
  source: overridesSource,
  read: readWords,
  columns: [
    { name: 'organisation', sql: 'p.org_id', isText: true },
    { name: 'name', sql: 'o.name', isText: true },
    { name: 'meter', sql: 'p.meter', isText: true },
    { name: 'unit', sql: 'm.unit', isText: true },
    { name: 'price', sql: 'p.price::text', isText: true },
    { name: 'from_at', sql: instantSql('p.from_at') },
    { name: 'until_at', sql: instantSql('p.until_at') },
  ],
});
