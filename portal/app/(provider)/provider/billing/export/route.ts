import { listFile } from '../../../../../exports/list-file.ts';
import { reconciliationList } from '../../../../../services/provider/billing-lists.ts';
import { reconciliationSource } from '../../../../../services/provider/billing-reconciliation.ts';

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'reconciliation',
  list: reconciliationList,
  source: () => reconciliationSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'month', sql: "to_char(t.month_at at time zone 'UTC', 'YYYY-MM')" },
    { name: 'stream', sql: 't.stream' },
    { name: 'currency', sql: 't.currency' },
    { name: 'expected_minor', sql: 't.expected_minor' },
    { name: 'invoiced_minor', sql: 't.invoiced_minor' },
    { name: 'paid_minor', sql: 't.paid_minor' },
    { name: 'credited_minor', sql: 't.credited_minor' },
    { name: 'gap_minor', sql: 't.gap_minor' },
    { name: 'rows_differing', sql: 't.differing' },
  ],
});
