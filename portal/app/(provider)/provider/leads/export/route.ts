import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { leadsList } from '../../../../../services/provider/leads-list.ts';
import { leadsSource, scoreSql } from '../../../../../services/provider/leads.service.ts';

/** What was disqualified may have been taken back since. */
function ofDisqualified(sql: string): string {
  return `case when t.status = 'disqualified' then ${sql} end`;
}

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
    { name: 'status', sql: "case when t.status = 'converted' and t.is_billed then 'invoiced' else t.status end" },
    { name: 'value_minor', sql: 't.value_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'quality_score', sql: scoreSql },
    { name: 'fee_minor', sql: 't.fee_minor' },
    { name: 'fee_currency', sql: 't.fee_currency' },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'converted_at', sql: instantSql('t.converted_at') },
    { name: 'invoice', sql: 'coalesce(b.number, b.invoice_id)', isText: true },
    { name: 'phone', sql: 't.phone', isText: true },
    { name: 'disqualified_at', sql: ofDisqualified(instantSql('t.disqualified_at')) },
    { name: 'disqualified_for', sql: ofDisqualified('t.disqualified_reason'), isText: true },
  ],
} as const;

export const { GET, POST } = listFile(file);
