import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { usageList } from '../../../../../services/provider/usage-list.ts';
import { priceSql, stateOfRowSql, usageSource } from '../../../../../services/provider/usage.service.ts';

export const { GET, POST } = listFile({
  page: 'usage',
  name: 'usage',
  list: usageList,
  source: () => usageSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'meter', sql: 't.meter', isText: true },
    { name: 'period_start', sql: instantSql('t.period_start') },
    { name: 'period_end', sql: instantSql('t.period_end') },
    { name: 'rows', sql: 't.usage_rows' },
    { name: 'quantity', sql: 't.quantity' },
    { name: 'amount_minor', sql: 't.booked_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'included', sql: "x.explanation ->> 'freeUnits'" },
    { name: 'billable', sql: "x.explanation ->> 'billable'" },
    { name: 'unit_price', sql: priceSql('unitPrice') },
    { name: 'price_of', sql: priceSql('of') },
    { name: 'tier', sql: priceSql('tier') },
    { name: 'status', sql: stateOfRowSql },
    { name: 'invoice', sql: 'x.number', isText: true },
    { name: 'late_rows', sql: 't.late_rows' },
    { name: 'adjusted_at', sql: instantSql('t.adjusted_at') },
    { name: 'closed_at', sql: instantSql('t.closed_at') },
    { name: 'rated_at', sql: instantSql('t.rated_at') },
  ],
});
