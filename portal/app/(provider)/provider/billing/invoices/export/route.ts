import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { invoicesSource } from '../../../../../../services/provider/billing-invoices.ts';
import { invoicesList } from '../../../../../../services/provider/billing-lists.ts';

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'invoices',
  list: invoicesList,
  source: () => invoicesSource,
  columns: [
    { name: 'number', sql: 't.number', isText: true },
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'source', sql: 't.source' },
    { name: 'ref', sql: 't.ref', isText: true },
    { name: 'status', sql: 't.status' },
    { name: 'streams', sql: "array_to_string(s.streams, ' ')" },
    { name: 'currency', sql: 't.currency' },
    { name: 'total_minor', sql: 't.total_minor' },
    { name: 'paid_minor', sql: 't.paid_minor' },
    { name: 'credited_minor', sql: 't.credited_minor' },
    { name: 'due_minor', sql: 't.due_minor' },
    { name: 'refunded_minor', sql: 't.refunded_minor' },
    { name: 'issued_at', sql: instantSql('t.issued_at') },
    { name: 'due_at', sql: instantSql('t.due_at') },
  ],
});
