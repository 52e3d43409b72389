import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { unratedSource } from '../../../../../../services/provider/unrated.service.ts';
import { unratedList } from '../../../../../../services/provider/usage-list.ts';

export const { GET, POST } = listFile({
  page: 'usage',
  name: 'unrated-usage',
  list: unratedList,
  source: () => unratedSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'meter', sql: 't.meter', isText: true },
    { name: 'period_start', sql: instantSql('t.period_start') },
    { name: 'period_end', sql: instantSql('t.period_end') },
    { name: 'reason', sql: 't.reason' },
    { name: 'rows', sql: 't.usage_rows' },
    { name: 'quantity', sql: 't.quantity' },
    { name: 'noted_at', sql: instantSql('t.noted_at') },
  ],
});
