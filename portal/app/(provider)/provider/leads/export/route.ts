import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { leadsList } from '../../../../../services/provider/leads-list.ts';
import { leadsSource } from '../../../../../services/provider/leads.service.ts';

const file = {
  page: 'leads',
  name: 'leads',
  list: leadsList,
  source: () => leadsSource,
  hasMeta: true,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'company', sql: 't.company', isText: true },
    { name: 'name', sql: 't.name', isText: true },
    { name: 'email', sql: 't.email', isText: true },
    { name: 'source', sql: 't.source', isText: true },
    { name: 'status', sql: 't.status' },
    { name: 'value_minor', sql: 't.value_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'fee_minor', sql: 't.fee_minor' },
    { name: 'fee_currency', sql: 't.fee_currency' },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'converted_at', sql: instantSql('t.converted_at') },
    { name: 'invoice', sql: 'coalesce(b.number, b.invoice_id)', isText: true },
  ],
} as const;

export const { GET, POST } = listFile(file);
