import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { unbilledList } from '../../../../../../services/provider/billing-lists.ts';
import { unbilledSource } from '../../../../../../services/provider/billing.service.ts';

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'unbilled-leads',
  list: unbilledList,
  source: () => unbilledSource,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'company', sql: 't.company', isText: true },
    { name: 'fee_minor', sql: 't.fee_minor' },
    { name: 'fee_currency', sql: 't.fee_currency' },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'converted_at', sql: instantSql('t.converted_at') },
  ],
});
